-- Purpose:    locks the rows of the batches that are under way or next, as far as nobody else has
-- Parameters: $1 = run_id, $2 = how many
-- Privileges: SELECT and UPDATE on pgvalidate.batch
SELECT tenant_no
FROM pgvalidate.batch
WHERE run_id = $1
  AND state = 'pending'
ORDER BY batch_no
LIMIT $2
FOR UPDATE SKIP LOCKED;
