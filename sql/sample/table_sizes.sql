-- Purpose:    how large the tables of a run's tenants and their indexes are, beside shared_buffers
-- Parameters: $1 = run_id, $2 = the table's name
-- Privileges: SELECT on pgvalidate.tenant
SELECT coalesce(sum(pg_catalog.pg_table_size(c.oid)), 0)::bigint   AS table_bytes,
       coalesce(sum(pg_catalog.pg_indexes_size(c.oid)), 0)::bigint AS index_bytes,
       pg_catalog.pg_size_bytes(current_setting('shared_buffers')) AS shared_buffers_bytes
-- Tenants that share a table count once.
FROM (
    SELECT DISTINCT schema_name
    FROM pgvalidate.tenant
    -- The baseline's table is no part of the load.
    WHERE run_id = $1 AND tenant_no > 0
) AS t
JOIN pg_catalog.pg_namespace AS n ON n.nspname = t.schema_name
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = $2;
