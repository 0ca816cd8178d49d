-- Purpose:    where the server's data lies on its machine
-- Parameters: none
-- Privileges: no row without pg_read_all_settings, or superuser
SELECT setting AS data_directory
FROM pg_catalog.pg_settings
WHERE name = 'data_directory';
