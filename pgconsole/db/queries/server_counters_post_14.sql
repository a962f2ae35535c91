-- What the server has counted since it began to, and its limits, a row each; clock is its own time.
SELECT v.name, v.value
  FROM (SELECT pg_catalog.sum(s.numbackends) AS numbackends,
               pg_catalog.sum(s.xact_commit) AS xact_commit,
               pg_catalog.sum(s.xact_rollback) AS xact_rollback,
               pg_catalog.sum(s.blks_read) AS blks_read,
               pg_catalog.sum(s.blks_hit) AS blks_hit,
               pg_catalog.sum(s.tup_returned) AS tup_returned,
               pg_catalog.sum(s.tup_fetched) AS tup_fetched,
               pg_catalog.sum(s.tup_inserted) AS tup_inserted,
               pg_catalog.sum(s.tup_updated) AS tup_updated,
               pg_catalog.sum(s.tup_deleted) AS tup_deleted,
               pg_catalog.sum(s.temp_files) AS temp_files,
               pg_catalog.sum(s.temp_bytes) AS temp_bytes,
               pg_catalog.sum(s.deadlocks) AS deadlocks
          FROM pg_catalog.pg_stat_database s) d
       CROSS JOIN LATERAL (VALUES
         ('clock', EXTRACT(epoch FROM pg_catalog.clock_timestamp())::pg_catalog.text),
         ('sees_all', pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')::pg_catalog.text),
         ('in_recovery', pg_catalog.pg_is_in_recovery()::pg_catalog.text),
         ('max_connections', pg_catalog.current_setting('max_connections')),
         ('superuser_reserved', pg_catalog.current_setting('superuser_reserved_connections')),
         ('role_reserved', pg_catalog.current_setting('reserved_connections', true)),
         ('wal_bytes', CASE WHEN NOT pg_catalog.pg_is_in_recovery()
                            THEN pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0') END::pg_catalog.text),
         ('replay_delay_s', CASE WHEN pg_catalog.pg_is_in_recovery()
                                 THEN EXTRACT(epoch FROM pg_catalog.clock_timestamp())
                                      OPERATOR(pg_catalog.-)
                                      EXTRACT(epoch FROM pg_catalog.pg_last_xact_replay_timestamp())
                            END::pg_catalog.text),
         ('numbackends', d.numbackends::pg_catalog.text),
         ('xact_commit', d.xact_commit::pg_catalog.text),
         ('xact_rollback', d.xact_rollback::pg_catalog.text),
         ('blks_read', d.blks_read::pg_catalog.text),
         ('blks_hit', d.blks_hit::pg_catalog.text),
         ('tup_returned', d.tup_returned::pg_catalog.text),
         ('tup_fetched', d.tup_fetched::pg_catalog.text),
         ('tup_inserted', d.tup_inserted::pg_catalog.text),
         ('tup_updated', d.tup_updated::pg_catalog.text),
         ('tup_deleted', d.tup_deleted::pg_catalog.text),
         ('temp_files', d.temp_files::pg_catalog.text),
         ('temp_bytes', d.temp_bytes::pg_catalog.text),
         ('deadlocks', d.deadlocks::pg_catalog.text)) AS v(name, value)
 WHERE v.value IS NOT NULL
