-- The tables that the role can see and that rows can be loaded into; those that a bare name finds come first.
SELECT n.nspname, c.relname, pg_catalog.pg_table_is_visible(c.oid)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
 WHERE c.relkind OPERATOR(pg_catalog.=) ANY ('{r,p,f}'::"char"[])
   AND n.nspname OPERATOR(pg_catalog.<>) ALL ('{pg_catalog,information_schema,pg_toast}'::pg_catalog.name[])
   AND n.nspname OPERATOR(pg_catalog.!~) '^pg_(temp|toast_temp)_'
   AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
 ORDER BY 3 DESC, 1, 2
 LIMIT 20000
