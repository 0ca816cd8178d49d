-- Purpose:    the last checkpoint that is complete
-- Parameters: none
-- Privileges: EXECUTE on pg_control_checkpoint(), which PUBLIC has unless it was revoked
-- A statement of its own, so that a server which forbids it hides nothing else.
SELECT pg_catalog.pg_wal_lsn_diff(checkpoint_lsn, '0/0')::bigint        AS checkpoint_lsn,
       pg_catalog.pg_wal_lsn_diff(redo_lsn, '0/0')::bigint              AS redo_lsn,
       (extract(epoch FROM checkpoint_time) * 1000000)::bigint          AS checkpoint_time_us
FROM pg_catalog.pg_control_checkpoint();
