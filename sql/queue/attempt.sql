-- Purpose:    enters an attempt at a claimed batch, and gives its number; nothing after so many
-- Parameters: $1 = run_id, $2 = batch_no, $3 = worker_no, $4 = attempts at most
-- Privileges: SELECT and INSERT on pgvalidate.attempt
-- Who holds the claim is alone in counting.
INSERT INTO pgvalidate.attempt (run_id, batch_no, attempt_no, worker_no)
SELECT $1, $2, coalesce(max(attempt_no), 0) + 1, $3
FROM pgvalidate.attempt
WHERE run_id = $1 AND batch_no = $2
HAVING coalesce(max(attempt_no), 0) < $4
RETURNING attempt_no;
