-- Purpose:    how many backends of a run are at work, behind a pooler
-- Parameters: $1 = the application_name of its writers
-- Privileges: sees the backends of its own role
-- The pooler keeps backends, and their application_name, when their clients are
-- gone. One that is idle has no transaction, and is sent nothing of ours again.
SELECT count(*)
FROM pg_catalog.pg_stat_activity
WHERE application_name = $1
  AND state IS DISTINCT FROM 'idle';
