-- Purpose:    the standbys and the WAL that each has yet to replay
-- Parameters: none
-- Privileges: pg_monitor for state and positions; without it they are NULL
SELECT coalesce(application_name, '') AS name,
       state,
       sync_state,
       CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL
            ELSE pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), replay_lsn)
       END::bigint                    AS replay_lag_bytes
FROM pg_catalog.pg_stat_replication
ORDER BY application_name, pid;
