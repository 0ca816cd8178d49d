-- Purpose:    I/O by who did it, on what and in which context (18: bytes are counted, and WAL is there)
-- Parameters: none
-- Privileges: none
-- Times are in microseconds; NULL means impossible, as in the view.
SELECT backend_type,
       object,
       context,
       reads,
       read_bytes::bigint                    AS read_bytes,
       (read_time * 1000)::bigint            AS read_us,
       writes,
       write_bytes::bigint                   AS write_bytes,
       (write_time * 1000)::bigint           AS write_us,
       extends,
       extend_bytes::bigint                  AS extend_bytes,
       (extend_time * 1000)::bigint          AS extend_us,
       hits,
       evictions,
       reuses,
       fsyncs,
       (fsync_time * 1000)::bigint           AS fsync_us,
       (extract(epoch FROM stats_reset) * 1000000)::bigint AS reset_us
FROM pg_catalog.pg_stat_io;
