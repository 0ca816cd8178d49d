-- Purpose:    lines of the configuration files that the server can't apply
-- Parameters: none
-- Privileges: superuser, or GRANT SELECT ON pg_catalog.pg_file_settings and
--             GRANT EXECUTE ON FUNCTION pg_catalog.pg_show_all_file_settings()
-- What only waits for a restart is here too; pg_settings.pending_restart tells it apart.
-- Values are not read: they can hold a password.
SELECT coalesce(name, '')       AS name,
       coalesce(sourcefile, '') AS file,
       coalesce(sourceline, 0)  AS line,
       error
FROM pg_catalog.pg_file_settings
WHERE error IS NOT NULL
ORDER BY seqno;
