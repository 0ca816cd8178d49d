-- Purpose:    still has prepared statements of the tenant before
-- Parameters: none
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_prepared_statements WHERE from_sql
