-- Purpose:    sees how many rows the table has
-- Parameters: {{other_oid}} = the other tenant's table
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_class c
LEFT JOIN pg_catalog.pg_stat_user_tables s ON s.relid = c.oid
WHERE c.oid = {{other_oid}} AND (c.reltuples > 0 OR s.n_live_tup > 0)
