-- Purpose:    configuration files that were changed after the server loaded them: a reload would
--             also bring into effect what somebody else only wrote down so far
-- Parameters: none
-- Privileges: superuser, or pg_read_server_files with EXECUTE on pg_stat_file(text, boolean)
-- A change within the second of the loading goes unseen: files have their times in seconds.
SELECT path
FROM (SELECT DISTINCT sourcefile AS path FROM pg_catalog.pg_file_settings
      UNION
      SELECT pg_catalog.current_setting('config_file')
      UNION
      SELECT pg_catalog.current_setting('data_directory') || '/postgresql.auto.conf') AS files
WHERE (pg_catalog.pg_stat_file(path, true)).modification > pg_catalog.pg_conf_load_time()
ORDER BY path;
