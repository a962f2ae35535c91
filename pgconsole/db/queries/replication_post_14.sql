-- Who takes this server's WAL, and how far each is behind; what a role may not see is null.
SELECT r.pid, r.application_name, pg_catalog.host(r.client_addr) AS client, r.state, r.sync_state,
       CASE WHEN NOT pg_catalog.pg_is_in_recovery()
            THEN pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn) END AS lag_bytes,
       EXTRACT(epoch FROM r.replay_lag) AS lag_s
  FROM pg_catalog.pg_stat_replication r
 ORDER BY r.application_name, r.pid
