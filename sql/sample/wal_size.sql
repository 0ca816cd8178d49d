-- Purpose:    how large pg_wal is
-- Parameters: none
-- Privileges: pg_monitor, or EXECUTE on pg_ls_waldir()
SELECT pg_catalog.sum(size)::bigint AS wal_bytes
FROM pg_catalog.pg_ls_waldir();
