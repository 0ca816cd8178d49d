-- Purpose:    what decides what the sampler can see: its role's rights and the server's settings
-- Parameters: none
-- Privileges: none
SELECT current_user::text                                                 AS role,
       pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS sees_all,
       pg_catalog.current_setting('track_io_timing') = 'on'               AS times_io,
       pg_catalog.current_setting('track_wal_io_timing') = 'on'           AS times_wal,
       pg_catalog.current_setting('track_activities') = 'on'              AS sees_activity,
       pg_catalog.current_setting('track_counts') = 'on'                  AS counts_rows,
       pg_catalog.has_function_privilege('pg_catalog.pg_ls_waldir()', 'EXECUTE') AS lists_wal;
