-- Purpose:    whether WAL is archived, when it was last, and whether that works
-- Parameters: none
-- Privileges: none
-- The command itself is not read: it may hold a password.
SELECT current_setting('archive_mode')                       AS mode,
       current_setting('archive_command') = ''
         AND coalesce(current_setting('archive_library', true), '') = '' AS no_command,
       archived_count                                        AS archived,
       failed_count                                          AS failed,
       extract(epoch FROM clock_timestamp() - last_archived_time)::float8 AS archived_ago_s,
       extract(epoch FROM clock_timestamp() - last_failed_time)::float8 AS failed_ago_s
FROM pg_catalog.pg_stat_archiver;
