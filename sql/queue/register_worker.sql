-- Purpose:    says on which backend a worker claims from now on
-- Parameters: $1 = run_id, $2 = worker_no, $3 = pid, $4 = backend_start in microseconds since 1970
-- Privileges: INSERT and UPDATE on pgvalidate.worker
INSERT INTO pgvalidate.worker (run_id, worker_no, pid, backend_start_us)
VALUES ($1, $2, $3, $4)
ON CONFLICT (run_id, worker_no) DO UPDATE
SET pid = EXCLUDED.pid, backend_start_us = EXCLUDED.backend_start_us, heartbeat = EXCLUDED.heartbeat;
