-- Purpose:    reads the definitions of the other tenant's constraints
-- Parameters: {{other_oid}} = the other tenant's table
-- Privileges: none is to suffice
SELECT pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint WHERE conrelid = {{other_oid}}
