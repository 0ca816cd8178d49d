-- Purpose:    who we are on the server, how we are connected, and what this role may read there
-- Parameters: none
-- Privileges: none
SELECT r.rolname::text                                        AS role,
       r.rolsuper                                             AS is_superuser,
       r.rolbypassrls                                         AS bypasses_rls,
       coalesce(s.ssl, false)                                 AS encrypted,
       coalesce(s.version, '')                                AS tls_version,
       coalesce(s.cipher, '')                                 AS cipher,
       current_setting('server_version')                      AS version,
       current_setting('server_version_num')::int             AS version_num,
       extract(epoch FROM pg_catalog.pg_postmaster_start_time())::float8 AS started_s,
       EXISTS (SELECT FROM pg_catalog.pg_settings WHERE name = 'pg_stat_statements.max')
                                                              AS statements_loaded,
       EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'pg_stat_statements')
                                                              AS statements_created,
       pg_catalog.pg_has_role(current_user, 'pg_read_all_settings', 'USAGE') AS reads_settings,
       pg_catalog.has_table_privilege('pg_catalog.pg_hba_file_rules', 'SELECT')
         AND pg_catalog.has_function_privilege('pg_catalog.pg_hba_file_rules()', 'EXECUTE')
                                                              AS reads_hba,
       pg_catalog.has_table_privilege('pg_catalog.pg_file_settings', 'SELECT')
         AND pg_catalog.has_function_privilege('pg_catalog.pg_show_all_file_settings()', 'EXECUTE')
                                                              AS reads_files,
       pg_catalog.has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS reads_passwords
FROM pg_catalog.pg_roles AS r
LEFT JOIN pg_catalog.pg_stat_ssl AS s ON s.pid = pg_catalog.pg_backend_pid()
WHERE r.rolname = current_user;
