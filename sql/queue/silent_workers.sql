-- Purpose:    the run's workers that weren't heard of for too long, by the server's clock
-- Parameters: $1 = run_id, $2 = worker numbers that are known to be alive, $3 = for how long, in seconds
-- Privileges: SELECT on pgvalidate.worker
SELECT worker_no, pid, backend_start_us
FROM pgvalidate.worker
WHERE run_id = $1
  AND worker_no <> ALL ($2)
  AND heartbeat < clock_timestamp() - pg_catalog.make_interval(secs => $3);
