-- Purpose:    I/O by who did it, on what and in which context
-- Parameters: none
-- Privileges: none
-- Times are in microseconds; NULL means impossible, as in the view.
SELECT backend_type,
       object,
       context,
       reads,
       reads * op_bytes                      AS read_bytes,
       (read_time * 1000)::bigint            AS read_us,
       writes,
       writes * op_bytes                     AS write_bytes,
       (write_time * 1000)::bigint           AS write_us,
       extends,
       extends * op_bytes                    AS extend_bytes,
       (extend_time * 1000)::bigint          AS extend_us,
       hits,
       evictions,
       reuses,
       fsyncs,
       (fsync_time * 1000)::bigint           AS fsync_us,
       (extract(epoch FROM stats_reset) * 1000000)::bigint AS reset_us
FROM pg_catalog.pg_stat_io;
