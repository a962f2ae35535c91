-- What the role may do with the table $1.$2, and about how many rows it has; no row where there is no such table.
SELECT pg_catalog.has_table_privilege(c.oid, 'INSERT')
       OR pg_catalog.has_any_column_privilege(c.oid, 'INSERT'),
       pg_catalog.has_table_privilege(c.oid, 'UPDATE')
       OR pg_catalog.has_any_column_privilege(c.oid, 'UPDATE'),
       pg_catalog.has_table_privilege(c.oid, 'TRUNCATE'),
       pg_catalog.has_table_privilege(c.oid, 'SELECT')
       OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT'),
       c.reltuples::pg_catalog.int8,
       pg_catalog.pg_table_is_visible(c.oid)
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
 WHERE n.nspname OPERATOR(pg_catalog.=) $1::pg_catalog.text::pg_catalog.name
   AND c.relname OPERATOR(pg_catalog.=) $2::pg_catalog.text::pg_catalog.name
