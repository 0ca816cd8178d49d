-- Purpose:    counters whose growth over a second is the load of others
-- Parameters: none
-- Privileges: pg_monitor for the state of other roles' backends; without it they are counted as hidden
-- Backends publish their transactions at most once a second; transaction ids
-- and the WAL's end are exact at any moment.
SELECT extract(epoch FROM clock_timestamp())::float8 AS at_s,
       (SELECT coalesce(sum(xact_commit + xact_rollback), 0)::bigint
        FROM pg_catalog.pg_stat_database) AS transactions,
       CASE WHEN NOT pg_catalog.pg_is_in_recovery()
            THEN pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint
       END AS next_xid,
       CASE WHEN NOT pg_catalog.pg_is_in_recovery()
            THEN pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::bigint
       END AS wal_bytes,
       count(*) FILTER (WHERE state = 'active') AS active,
       count(*) FILTER (WHERE backend_type IS NULL) AS hidden
FROM pg_catalog.pg_stat_activity
WHERE pid <> pg_catalog.pg_backend_pid()
  AND datid IS NOT NULL
  AND (backend_type = 'client backend' OR backend_type IS NULL);
