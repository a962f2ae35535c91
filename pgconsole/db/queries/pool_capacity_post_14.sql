-- One row: how many connections the server, the role and the database allow, and how many there are.
-- Kinds of backends are hidden from roles without pg_read_all_stats; what has a role and a database is a client's.
SELECT pg_catalog.current_setting('max_connections'),
       pg_catalog.current_setting('superuser_reserved_connections'),
       -- Since PostgreSQL 16.
       COALESCE(pg_catalog.current_setting('reserved_connections', true), '0'),
       c.used,
       SESSION_USER,
       r.rolconnlimit,
       c.role_used,
       d.datname,
       d.datconnlimit,
       c.database_used,
       r.rolsuper
  FROM pg_catalog.pg_roles r
       JOIN pg_catalog.pg_database d ON d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
       CROSS JOIN LATERAL (
         SELECT pg_catalog.count(*) FILTER (WHERE a.usesysid IS NOT NULL AND a.datid IS NOT NULL) AS used,
                pg_catalog.count(*) FILTER (WHERE a.usesysid OPERATOR(pg_catalog.=) r.oid) AS role_used,
                pg_catalog.count(*) FILTER (WHERE a.datid OPERATOR(pg_catalog.=) d.oid) AS database_used
           FROM pg_catalog.pg_stat_activity a
          WHERE a.backend_type IS NULL OR a.backend_type OPERATOR(pg_catalog.=) 'client backend') c
 WHERE r.rolname OPERATOR(pg_catalog.=) SESSION_USER
