-- Purpose:    the state of a run's batches
-- Parameters: $1 = run_id
-- Privileges: SELECT on pgvalidate.batch
SELECT tenant_no, batch_no, rows, state, digest
FROM pgvalidate.batch
WHERE run_id = $1
ORDER BY tenant_no, batch_no;
