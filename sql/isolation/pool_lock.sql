-- Purpose:    still holds advisory locks of the tenant before
-- Parameters: none
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid()
