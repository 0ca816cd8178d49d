-- Purpose:    reads the names of the other tenant's schema and tables
-- Parameters: {{other_oid}} = the other tenant's table
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_class WHERE oid = {{other_oid}}
