-- Purpose:    which server this is, and whether its settings may be read and loaded by this role
-- Parameters: none
-- Privileges: EXECUTE on pg_control_system(), which PUBLIC has unless it was revoked
SELECT (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) AS system_identifier,
       pg_catalog.current_setting('server_version_num')::int                AS version_num,
       pg_catalog.pg_is_in_recovery()                                       AS in_recovery,
       current_user::text                                                   AS role,
       (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS is_superuser,
       pg_catalog.has_function_privilege('pg_catalog.pg_reload_conf()', 'EXECUTE') AS may_reload,
       pg_catalog.has_table_privilege('pg_catalog.pg_file_settings', 'SELECT')
           AND pg_catalog.has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE') AS reads_files;
