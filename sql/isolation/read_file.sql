-- Purpose:    reads a file of the server's
-- Parameters: none
-- Privileges: none is to suffice
SELECT pg_catalog.pg_read_file('PG_VERSION')
