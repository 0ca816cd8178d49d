-- Purpose:    ends about half of the writers' busy backends
-- Parameters: $1 = the application_name of the run's writers
-- Privileges: the backends' own role, or pg_signal_backend
SELECT count(*) FILTER (WHERE pg_catalog.pg_terminate_backend(pid))
FROM pg_catalog.pg_stat_activity
WHERE application_name = $1
  AND state <> 'idle'
  AND pid <> pg_catalog.pg_backend_pid()
  AND pg_catalog.random() < 0.5;
