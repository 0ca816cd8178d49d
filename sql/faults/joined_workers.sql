-- Purpose:    the workers of another process that are in the middle of a batch
-- Parameters: $1 = run_id, $2 = the highest number of this process's own workers
-- Privileges: SELECT on pgvalidate.worker; sees the backends of its own role
SELECT count(*)
FROM pgvalidate.worker AS worker
JOIN pg_catalog.pg_stat_activity AS activity USING (pid)
WHERE worker.run_id = $1
  AND worker.worker_no > $2
  AND activity.state <> 'idle';
