-- Purpose:    whether WAL is archived, and whether that works
-- Parameters: none
-- Privileges: none
-- The command itself is not read: it may hold a password.
SELECT current_setting('archive_mode')                       AS archive_mode,
       current_setting('archive_command') = ''
         AND coalesce(current_setting('archive_library', true), '') = '' AS no_command,
       archived_count,
       failed_count,
       coalesce(last_failed_wal, '')                         AS last_failed_wal,
       coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS fails,
       extract(epoch FROM clock_timestamp() - last_failed_time)::float8 AS failed_ago_s
FROM pg_catalog.pg_stat_archiver;
