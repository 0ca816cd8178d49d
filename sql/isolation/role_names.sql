-- Purpose:    reads the names of the other tenants' roles
-- Parameters: {{other_role_text}} = the other tenant's role
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_roles WHERE rolname = {{other_role_text}}
