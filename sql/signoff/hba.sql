-- Purpose:    who may log in from where, and how, as pg_hba.conf has it now
-- Parameters: none
-- Privileges: superuser, or GRANT SELECT ON pg_catalog.pg_hba_file_rules and
--             GRANT EXECUTE ON FUNCTION pg_catalog.pg_hba_file_rules()
SELECT ''::text                AS file,
       line_number             AS line,
       coalesce(type, '')      AS type,
       coalesce(address, '')   AS address,
       coalesce(netmask, '')   AS netmask,
       coalesce(auth_method, '') AS method,
       coalesce(error, '')     AS error
FROM pg_catalog.pg_hba_file_rules
ORDER BY line_number;
