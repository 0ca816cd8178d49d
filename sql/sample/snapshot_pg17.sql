-- Purpose:    the counters of the one-row views at this moment (17: the checkpointer has a view of its own)
-- Parameters: $1 = the application_name of the writers
-- Privileges: none; standbys and the COPYs of other roles want pg_monitor
-- A column is called view.counter; times are in microseconds.
SELECT (extract(epoch FROM pg_catalog.pg_postmaster_start_time()) * 1000000)::bigint AS started_us,
       -- Raises an error on a standby, which a server may become.
       CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL
            ELSE pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')
       END::bigint                                            AS "lsn.bytes",
       (SELECT coalesce(pg_catalog.sum(p.tuples_processed), 0)::bigint
        FROM pg_catalog.pg_stat_progress_copy AS p
        JOIN pg_catalog.pg_stat_activity AS w ON w.pid = p.pid
        WHERE w.application_name = $1)                        AS copying_rows,
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_replication) AS standbys,
       k.num_timed                                            AS "checkpointer.timed",
       k.num_requested                                        AS "checkpointer.requested",
       (k.write_time * 1000)::bigint                          AS "checkpointer.write_us",
       (k.sync_time * 1000)::bigint                           AS "checkpointer.sync_us",
       k.buffers_written                                      AS "checkpointer.checkpointer_buffers",
       (extract(epoch FROM k.stats_reset) * 1000000)::bigint  AS "checkpointer.reset_us",
       b.buffers_clean                                        AS "bgwriter.cleaned",
       b.maxwritten_clean                                     AS "bgwriter.maxwritten_clean",
       b.buffers_alloc                                        AS "bgwriter.allocated",
       (extract(epoch FROM b.stats_reset) * 1000000)::bigint  AS "bgwriter.reset_us",
       l.wal_records                                          AS "wal.records",
       l.wal_fpi                                              AS "wal.full_page_images",
       l.wal_bytes::bigint                                    AS "wal.bytes",
       l.wal_buffers_full                                     AS "wal.buffers_full",
       l.wal_write                                            AS "wal.writes",
       l.wal_sync                                             AS "wal.syncs",
       (l.wal_write_time * 1000)::bigint                      AS "wal.write_us",
       (l.wal_sync_time * 1000)::bigint                       AS "wal.sync_us",
       (extract(epoch FROM l.stats_reset) * 1000000)::bigint  AS "wal.reset_us",
       a.archived_count                                       AS "archiver.archived",
       a.failed_count                                         AS "archiver.failed",
       (extract(epoch FROM a.stats_reset) * 1000000)::bigint  AS "archiver.reset_us",
       d.*
FROM pg_catalog.pg_stat_bgwriter AS b,
     pg_catalog.pg_stat_checkpointer AS k,
     pg_catalog.pg_stat_wal AS l,
     pg_catalog.pg_stat_archiver AS a,
     (SELECT (pg_catalog.sum(xact_commit) FILTER (WHERE ours))::bigint    AS "database.commits",
             (pg_catalog.sum(xact_rollback) FILTER (WHERE ours))::bigint  AS "database.rollbacks",
             (pg_catalog.sum(tup_inserted) FILTER (WHERE ours))::bigint   AS "database.rows_inserted",
             (pg_catalog.sum(tup_updated) FILTER (WHERE ours))::bigint    AS "database.rows_updated",
             (pg_catalog.sum(deadlocks) FILTER (WHERE ours))::bigint      AS "database.deadlocks",
             (pg_catalog.sum(temp_bytes) FILTER (WHERE ours))::bigint     AS "database.temp_bytes",
             coalesce(pg_catalog.sum(xact_commit + xact_rollback)
                      FILTER (WHERE NOT ours), 0)::bigint                 AS "database.of_others",
             -- Recovery from a crash, which keeps the postmaster, sets the archiver's alone.
             (extract(epoch FROM greatest(pg_catalog.max(stats_reset),
                (SELECT stats_reset FROM pg_catalog.pg_stat_archiver))) * 1000000)::bigint
                                                                          AS "database.reset_us"
      FROM (SELECT *, datname = pg_catalog.current_database() AS ours
            FROM pg_catalog.pg_stat_database
            WHERE datid <> 0) AS each_database) AS d;
