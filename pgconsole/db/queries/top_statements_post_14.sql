-- The statements that took most of the server's time; {schema} is the extension's own.
SELECT pg_catalog.left(s.query, 1000) AS query, s.calls, s.total_exec_time, s.mean_exec_time, s.rows,
       s.shared_blks_hit, s.shared_blks_read, d.datname, r.rolname
  FROM {schema}.pg_stat_statements s
       LEFT JOIN pg_catalog.pg_database d ON d.oid OPERATOR(pg_catalog.=) s.dbid
       LEFT JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) s.userid
 ORDER BY s.total_exec_time DESC
 LIMIT 50
