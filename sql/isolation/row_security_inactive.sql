-- Purpose:    reads a table whose row-level security doesn't hold for the role
-- Parameters: {{other_oid}} = the table of all
-- Privileges: none is to suffice
SELECT WHERE NOT pg_catalog.row_security_active({{other_oid}}::oid)
