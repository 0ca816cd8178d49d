-- Purpose:    marks a batch as done, in the transaction that wrote its rows; must hit exactly one row
-- Parameters: $1 = run_id, $2 = tenant_no, $3 = batch_no, $4 = digest, $5 = attempts
-- Privileges: UPDATE on pgvalidate.batch
UPDATE pgvalidate.batch
SET state = 'done', digest = $4, attempts = $5, flipped_at = clock_timestamp()
WHERE run_id = $1 AND tenant_no = $2 AND batch_no = $3 AND state = 'pending';
