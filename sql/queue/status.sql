-- Purpose:    how far a scan is
-- Parameters: $1 = run_id, $2 = scan_no
-- Privileges: SELECT on pgvalidate.scan, batch and queue
SELECT s.batches,
       (SELECT count(*)
        FROM pgvalidate.batch AS b
        WHERE b.run_id = s.run_id AND b.tenant_no = s.tenant_no
          AND b.batch_no BETWEEN s.first_batch_no AND s.first_batch_no + s.batches - 1
          AND b.state = 'done') AS done,
       (SELECT count(*)
        FROM pgvalidate.queue AS q
        WHERE q.run_id = s.run_id
          AND q.batch_no BETWEEN s.first_batch_no AND s.first_batch_no + s.batches - 1) AS left_over
FROM pgvalidate.scan AS s
WHERE s.run_id = $1 AND s.scan_no = $2;
