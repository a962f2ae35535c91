-- Every server process, in the order in which it began; what a role may not see of others is null.
SELECT a.pid,
       EXTRACT(epoch FROM a.backend_start) AS started,
       a.datname,
       a.usename,
       a.application_name,
       pg_catalog.host(a.client_addr) AS client,
       a.backend_type,
       a.state,
       a.wait_event_type,
       a.wait_event,
       EXTRACT(epoch FROM a.xact_start) AS xact_start,
       EXTRACT(epoch FROM a.query_start) AS query_start,
       EXTRACT(epoch FROM a.state_change) AS state_change,
       pg_catalog.left(a.query, 1000) AS query
  FROM pg_catalog.pg_stat_activity a
 WHERE a.pid OPERATOR(pg_catalog.<>) pg_catalog.pg_backend_pid()
 ORDER BY a.backend_start, a.pid
