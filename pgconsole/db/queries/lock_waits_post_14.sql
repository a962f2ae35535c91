-- Every lock that is waited for, and who stands in the way. To ask for blockers holds up the lock manager for a moment,
-- so they are asked for those alone who wait.
SELECT l.pid,
       pg_catalog.array_to_string(pg_catalog.pg_blocking_pids(l.pid), ',') AS blockers,
       l.locktype,
       l.mode,
       CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname)
            ELSE l.relation::pg_catalog.text END AS relation,
       l.transactionid,
       EXTRACT(epoch FROM l.waitstart) AS waiting_since,
       EXTRACT(epoch FROM pg_catalog.clock_timestamp()) OPERATOR(pg_catalog.-) EXTRACT(epoch FROM l.waitstart) AS waited_s
  FROM pg_catalog.pg_locks l
       LEFT JOIN pg_catalog.pg_database d ON d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
       LEFT JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) l.relation
                                      AND l.database OPERATOR(pg_catalog.=) ANY (ARRAY[d.oid, 0::pg_catalog.oid])
       LEFT JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
 WHERE NOT l.granted
 ORDER BY l.waitstart, l.pid
