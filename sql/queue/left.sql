-- Purpose:    how many batches of a run aren't finished with, those that are claimed among them
-- Parameters: $1 = run_id
-- Privileges: SELECT on pgvalidate.queue
SELECT count(*)
FROM pgvalidate.queue
WHERE run_id = $1;
