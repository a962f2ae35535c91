-- The schema that the extension was installed into, quoted; no row where it is not there.
SELECT pg_catalog.quote_ident(n.nspname)
  FROM pg_catalog.pg_extension e
       JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) e.extnamespace
 WHERE e.extname OPERATOR(pg_catalog.=) 'pg_stat_statements'
