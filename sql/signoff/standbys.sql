-- Purpose:    the standbys that are connected, and how far each is behind
-- Parameters: none
-- Privileges: pg_monitor for state and lag; without it they are NULL
SELECT coalesce(application_name, '') AS name,
       state,
       sync_state,
       (pg_catalog.pg_wal_lsn_diff(
          CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
               ELSE pg_catalog.pg_current_wal_lsn() END,
          replay_lsn))::bigint AS behind_bytes,
       extract(epoch FROM replay_lag)::float8 AS behind_s
FROM pg_catalog.pg_stat_replication
WHERE state IS NULL OR state <> 'backup'
ORDER BY behind_bytes DESC NULLS LAST, name;
