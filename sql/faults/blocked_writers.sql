-- Purpose:    how many of the writers wait for a lock that a backend holds
-- Parameters: $1 = the application_name of the run's writers, $2 = the backend's pid
-- Privileges: sees the backends of its own role
SELECT count(*)
FROM pg_catalog.pg_stat_activity
WHERE application_name = $1
  AND wait_event_type = 'Lock'
  AND $2 = ANY (pg_catalog.pg_blocking_pids(pid));
