-- Purpose:    where the WAL is, and how large the tables of a run's tenants are with their indexes
-- Parameters: $1 = run_id, as text
-- Privileges: none
SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::bigint AS wal_bytes,
       -- Of one that is being removed the size is NULL.
       (SELECT coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)), 0)::bigint
        FROM pg_catalog.pg_namespace AS n
        JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relkind = 'r'
        WHERE pg_catalog.obj_description(n.oid, 'pg_namespace') = 'pgvalidate tenant of run ' || $1
       )                                                                                 AS tables_bytes;
