-- Purpose:    the replication slots that keep WAL, and how much each keeps
-- Parameters: none
-- Privileges: none
-- A slot that was invalidated (wal_status lost) keeps nothing.
SELECT slot_name::text AS slot,
       active,
       (pg_catalog.pg_wal_lsn_diff(
          CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
               ELSE pg_catalog.pg_current_wal_lsn() END,
          restart_lsn))::bigint AS kept_bytes,
       -- in megabytes; -1 is no limit
       (SELECT setting::bigint FROM pg_catalog.pg_settings
        WHERE name = 'max_slot_wal_keep_size') AS limit_mb
FROM pg_catalog.pg_replication_slots
WHERE restart_lsn IS NOT NULL AND wal_status IS DISTINCT FROM 'lost'
ORDER BY kept_bytes DESC NULLS LAST, slot;
