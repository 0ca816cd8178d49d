-- Purpose:    the writers' backends that are in the middle of something
-- Parameters: $1 = the application_name of the run's writers
-- Privileges: sees the backends of its own role
SELECT pid
FROM pg_catalog.pg_stat_activity
WHERE application_name = $1
  AND state <> 'idle'
  AND pid <> pg_catalog.pg_backend_pid()
ORDER BY pid;
