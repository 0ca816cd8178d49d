-- Purpose:    settings, as a new session of this role in this database has them
-- Parameters: $1 = the names, or null for all
-- Privileges: none; those that only pg_read_all_settings may see are left out by the server
-- reset_val and not setting, since our sessions set some themselves. Values
-- that can hold a password or a command line are not read.
SELECT name,
       CASE WHEN hidden AND reset_val <> '' THEN '(not recorded)' ELSE coalesce(reset_val, '') END AS value,
       CASE WHEN hidden AND boot_val <> '' THEN '(not recorded)' ELSE coalesce(boot_val, '') END AS built_in,
       coalesce(unit, '')                                     AS unit,
       vartype                                                AS type,
       coalesce(enumvals, '{}')                               AS choices,
       context,
       source,
       coalesce(sourcefile, '')                               AS file,
       coalesce(sourceline, 0)                                AS line,
       pending_restart
FROM pg_catalog.pg_settings,
     LATERAL (SELECT name IN ('primary_conninfo', 'archive_command', 'restore_command',
                              'recovery_end_command', 'archive_cleanup_command',
                              'ssl_passphrase_command') AS hidden) AS secret
WHERE $1::text[] IS NULL OR name = ANY ($1)
ORDER BY name;
