-- Purpose:    whether a table's row-level security holds for the current role
-- Parameters: $1 = the table, with its schema, quoted
-- Privileges: USAGE on the schema
SELECT pg_catalog.row_security_active($1::text);
