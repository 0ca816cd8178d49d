-- Purpose:    the first line in the configuration files that keeps the server from loading them
-- Parameters: none
-- Privileges: as settings/look.sql
-- Behind such a line nothing is read, postgresql.auto.conf neither: what stands there is hidden.
-- A value that only waits for a restart, or is bad by itself, keeps nothing else from being loaded.
SELECT coalesce(sourcefile, pg_catalog.current_setting('config_file', true), '?') AS file,
       coalesce(sourceline, 0)                                                    AS line,
       error
FROM pg_catalog.pg_file_settings
WHERE error IS NOT NULL AND error <> 'setting could not be applied'
ORDER BY seqno
LIMIT 1;
