-- Purpose:    how far each standby is behind in replaying, and where it and the server are
-- Parameters: none
-- Privileges: pg_monitor for state, place and lag; without it they are NULL
SELECT coalesce(application_name, '') AS name,
       state,
       pg_catalog.pg_wal_lsn_diff(replay_lsn, '0/0')::bigint                      AS replayed_bytes,
       pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::bigint AS written_bytes,
       -- Of one that has caught up the last lag stays for a while.
       CASE WHEN replay_lsn < pg_catalog.pg_current_wal_lsn()
            THEN extract(epoch FROM replay_lag) END::float8                       AS replay_lag_s
FROM pg_catalog.pg_stat_replication
-- What takes a backup, or only WAL, replays nothing.
WHERE (state IS NULL OR (state <> 'backup' AND replay_lsn IS NOT NULL))
  -- The first copy of a subscriber's table goes when it is done.
  AND coalesce(application_name, '') !~ '^pg_[0-9]+_sync_[0-9]+';
