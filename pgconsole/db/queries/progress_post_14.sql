-- Commands that report how far they are: what is done of how much in their present phase, and in which unit.
SELECT p.pid, p.command, p.phase,
       CASE WHEN c.oid IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname)
            ELSE NULLIF(p.relid, 0::pg_catalog.oid)::pg_catalog.text END AS relation,
       p.done, p.total, p.unit
  FROM (SELECT pid, datid, relid, 'VACUUM' AS command, phase, heap_blks_scanned AS done, heap_blks_total AS total,
               'blocks' AS unit
          FROM pg_catalog.pg_stat_progress_vacuum
        UNION ALL
        SELECT pid, datid, relid, 'ANALYZE', phase, sample_blks_scanned, sample_blks_total, 'blocks'
          FROM pg_catalog.pg_stat_progress_analyze
        UNION ALL
        SELECT pid, datid, relid, command, phase, heap_blks_scanned, heap_blks_total, 'blocks'
          FROM pg_catalog.pg_stat_progress_cluster
        UNION ALL
        SELECT pid, datid, relid, command, phase,
               CASE WHEN tuples_total OPERATOR(pg_catalog.>) 0 THEN tuples_done ELSE blocks_done END,
               CASE WHEN tuples_total OPERATOR(pg_catalog.>) 0 THEN tuples_total ELSE blocks_total END,
               CASE WHEN tuples_total OPERATOR(pg_catalog.>) 0 THEN 'rows' ELSE 'blocks' END
          FROM pg_catalog.pg_stat_progress_create_index
        UNION ALL
        SELECT pid, datid, relid, command, type, bytes_processed, bytes_total, 'bytes'
          FROM pg_catalog.pg_stat_progress_copy
        UNION ALL
        SELECT pid, NULL, NULL, 'BASE_BACKUP', phase, backup_streamed, backup_total, 'bytes'
          FROM pg_catalog.pg_stat_progress_basebackup) p
       LEFT JOIN pg_catalog.pg_database d ON d.oid OPERATOR(pg_catalog.=) p.datid
                                         AND d.datname OPERATOR(pg_catalog.=) pg_catalog.current_database()
       LEFT JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) p.relid AND d.oid IS NOT NULL
       LEFT JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
 ORDER BY p.pid
