-- Purpose:    is, or can become, a role that bypasses row-level security
-- Parameters: none
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_roles
WHERE (rolsuper OR rolbypassrls) AND pg_catalog.pg_has_role(oid, 'MEMBER')
