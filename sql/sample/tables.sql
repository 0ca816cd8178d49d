-- Purpose:    rows, blocks and sizes of the tables of a run's tenants, summed, at this moment
-- Parameters: $1 = run_id, $2 = the table's name
-- Privileges: SELECT on pgvalidate.tenant
SELECT pg_catalog.current_setting('track_counts')::boolean               AS counted,
       pg_catalog.count(*)                                               AS tables,
       coalesce(pg_catalog.sum(s.n_tup_ins), 0)::bigint                  AS rows_inserted,
       coalesce(pg_catalog.sum(s.autovacuum_count), 0)::bigint           AS autovacuums,
       coalesce(pg_catalog.sum(s.autoanalyze_count), 0)::bigint          AS autoanalyzes,
       coalesce(pg_catalog.sum(s.n_ins_since_vacuum), 0)::bigint         AS inserted_since_vacuum,
       coalesce(pg_catalog.sum(s.n_dead_tup), 0)::bigint                 AS dead_rows,
       coalesce(pg_catalog.sum(b.heap_blks_hit), 0)::bigint              AS heap_blocks_hit,
       coalesce(pg_catalog.sum(b.heap_blks_read), 0)::bigint             AS heap_blocks_read,
       coalesce(pg_catalog.sum(b.idx_blks_hit), 0)::bigint               AS index_blocks_hit,
       coalesce(pg_catalog.sum(b.idx_blks_read), 0)::bigint              AS index_blocks_read,
       coalesce(pg_catalog.sum(b.toast_blks_hit + b.toast_blks_read), 0)::bigint AS toast_blocks,
       coalesce(pg_catalog.sum(pg_catalog.pg_table_size(c.oid)), 0)::bigint   AS table_bytes,
       coalesce(pg_catalog.sum(pg_catalog.pg_indexes_size(c.oid)), 0)::bigint AS index_bytes,
       -- A reset of a single table's counters changes the first; recovery from
       -- a crash, which keeps the postmaster, sets the second alone.
       (SELECT (extract(epoch FROM greatest(d.stats_reset, a.stats_reset)) * 1000000)::bigint
        FROM pg_catalog.pg_stat_database AS d, pg_catalog.pg_stat_archiver AS a
        WHERE d.datname = pg_catalog.current_database())                 AS reset_us,
       (extract(epoch FROM pg_catalog.pg_postmaster_start_time()) * 1000000)::bigint AS started_us
-- Tenants that share a table count once.
FROM (
    SELECT DISTINCT schema_name
    FROM pgvalidate.tenant
    -- The baseline's table is no part of the load.
    WHERE run_id = $1 AND tenant_no > 0
) AS t
JOIN pg_catalog.pg_namespace AS n ON n.nspname = t.schema_name
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = $2
LEFT JOIN pg_catalog.pg_stat_user_tables AS s ON s.relid = c.oid
LEFT JOIN pg_catalog.pg_statio_user_tables AS b ON b.relid = c.oid;
