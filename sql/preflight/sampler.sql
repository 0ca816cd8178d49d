-- Purpose:    the settings and the extension that decide what the sampler will be able to see
-- Parameters: none
-- Privileges: none
SELECT current_setting('track_io_timing')                     AS track_io_timing,
       current_setting('track_wal_io_timing')                 AS track_wal_io_timing,
       current_setting('track_counts')                        AS track_counts,
       current_setting('track_activities')                    AS track_activities,
       current_setting('log_checkpoints')                     AS log_checkpoints,
       current_setting('compute_query_id')                    AS compute_query_id,
       -- a placeholder in postgresql.conf isn't in pg_settings: the library is loaded
       EXISTS (SELECT FROM pg_catalog.pg_settings WHERE name = 'pg_stat_statements.max')
                                                              AS statements_loaded,
       (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'pg_stat_statements')
                                                              AS statements_version,
       current_setting('pg_stat_statements.track', true)      AS statements_track,
       current_setting('pg_stat_statements.track_utility', true) AS statements_track_utility;
