-- Purpose:    takes the first batch that nobody else holds out of the queue, in the transaction that writes its rows
-- Parameters: $1 = run_id
-- Privileges: SELECT, UPDATE and DELETE on pgvalidate.queue
-- MATERIALIZED: evaluated once, so that no more than one row is locked.
WITH next AS MATERIALIZED (
    SELECT run_id, batch_no
    FROM pgvalidate.queue
    WHERE run_id = $1
    ORDER BY batch_no
    LIMIT 1
    FOR UPDATE SKIP LOCKED
)
DELETE FROM pgvalidate.queue AS q
USING next
WHERE q.run_id = next.run_id AND q.batch_no = next.batch_no
RETURNING q.tenant_no, q.batch_no, q.rows;
