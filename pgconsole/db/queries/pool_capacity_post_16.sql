-- One row: how many connections the server, the role and the database allow, and how many there are.
-- Kinds of backends are hidden from roles without pg_read_all_stats; what has a role and a database is a client's.
SELECT pg_catalog.current_setting('max_connections'),
       pg_catalog.current_setting('superuser_reserved_connections'),
       pg_catalog.current_setting('reserved_connections'),
       (SELECT pg_catalog.count(*)
          FROM pg_catalog.pg_stat_activity a
         WHERE a.usesysid IS NOT NULL AND a.datid IS NOT NULL
           AND (a.backend_type IS NULL OR a.backend_type OPERATOR(pg_catalog.=) 'client backend')),
       SESSION_USER,
       r.rolconnlimit,
       (SELECT pg_catalog.count(*)
          FROM pg_catalog.pg_stat_activity a
         WHERE a.usesysid OPERATOR(pg_catalog.=) r.oid
           AND (a.backend_type IS NULL OR a.backend_type OPERATOR(pg_catalog.=) 'client backend')),
       d.datname,
       d.datconnlimit,
       (SELECT pg_catalog.count(*)
          FROM pg_catalog.pg_stat_activity a
         WHERE a.datid OPERATOR(pg_catalog.=) d.oid
           AND (a.backend_type IS NULL OR a.backend_type OPERATOR(pg_catalog.=) 'client backend')),
       r.rolsuper
  FROM pg_catalog.pg_roles r, pg_catalog.pg_database d
 WHERE r.rolname OPERATOR(pg_catalog.=) SESSION_USER
   AND d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
