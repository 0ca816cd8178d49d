-- Purpose:    the server's clock
-- Parameters: none
-- Privileges: none
SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint AS unix_us;
