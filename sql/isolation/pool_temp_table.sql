-- Purpose:    still has temporary tables of the tenant before
-- Parameters: none
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_class WHERE relnamespace = pg_catalog.pg_my_temp_schema()
