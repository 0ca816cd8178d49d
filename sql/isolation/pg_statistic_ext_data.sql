-- Purpose:    reads the extended statistics themselves
-- Parameters: none
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_statistic_ext_data
