-- Purpose:    reads the policies of all tenants
-- Parameters: {{other_oid}} = the table of all
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_policy WHERE polrelid = {{other_oid}}
