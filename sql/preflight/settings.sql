-- Purpose:    the settings that differ from the built-in default, those that decide durability, and how the
--             server was built, as the workload's role and database see them
-- Parameters: none
-- Privileges: none; those that only pg_read_all_settings may see are left out by the server
-- Values that can hold a password or a command line are not read.
SELECT name,
       CASE WHEN name IN ('primary_conninfo', 'archive_command', 'restore_command', 'recovery_end_command',
                          'archive_cleanup_command', 'ssl_passphrase_command')
            THEN '(not recorded)'
            ELSE current_setting(name)
       END AS value,
       source
FROM pg_catalog.pg_settings
WHERE (source NOT IN ('default', 'session', 'client', 'override') AND name !~ '^(lc_|(log_timezone|TimeZone|DateStyle|port|listen_addresses|unix_socket_directories|external_pid_file)$)')
   OR name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names',
               'shared_buffers', 'max_wal_size', 'checkpoint_timeout', 'wal_level', 'data_checksums',
               'wal_log_hints', 'wal_segment_size', 'block_size', 'wal_block_size', 'segment_size',
               'debug_assertions')
ORDER BY name;
