-- What the server says of the given backends; the pids stand in place of :pids.
SELECT a.pid,
       COALESCE(a.state, ''),
       COALESCE(a.wait_event_type || ': ' || a.wait_event, '')
  FROM pg_catalog.pg_stat_activity a
 WHERE a.pid OPERATOR(pg_catalog.=) ANY (':pids'::pg_catalog.int4[])
