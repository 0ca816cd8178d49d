-- Purpose:    removes a worker whose backend was ended, unless it claims on another one by now
-- Parameters: $1 = run_id, $2 = worker_no, $3 = pid, $4 = backend_start in microseconds since 1970
-- Privileges: DELETE on pgvalidate.worker
DELETE FROM pgvalidate.worker
WHERE run_id = $1 AND worker_no = $2 AND pid = $3 AND backend_start_us = $4;
