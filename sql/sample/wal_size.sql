-- Purpose:    how large pg_wal is
-- Parameters: none
-- Privileges: pg_monitor, or EXECUTE on pg_ls_waldir(); without it the answer is null
SELECT CASE WHEN pg_catalog.has_function_privilege('pg_catalog.pg_ls_waldir()', 'EXECUTE')
            THEN (SELECT pg_catalog.sum(size)::bigint FROM pg_catalog.pg_ls_waldir())
       END AS wal_bytes;
