-- The schemas in which the role may make a table; the one that a bare name goes to comes first.
SELECT n.nspname
  FROM pg_catalog.pg_namespace n
 WHERE n.nspname OPERATOR(pg_catalog.!~) '^pg_'
   AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'
   AND pg_catalog.has_schema_privilege(n.oid, 'CREATE')
 ORDER BY n.nspname OPERATOR(pg_catalog.=) pg_catalog.current_schema() DESC NULLS LAST, 1
 LIMIT 1000
