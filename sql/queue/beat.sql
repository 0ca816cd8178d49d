-- Purpose:    says that these workers are alive
-- Parameters: $1 = run_id, $2 = worker numbers
-- Privileges: UPDATE on pgvalidate.worker
UPDATE pgvalidate.worker
SET heartbeat = clock_timestamp()
WHERE run_id = $1 AND worker_no = ANY ($2);
