-- Purpose:    enters a scan, its batches as pending, and what workers claim of them
-- Parameters: $1 = run_id, $2 = scan_no, $3 = tenant_no, $4 = first batch number,
--             $5 = batches, $6 = rows of a batch, $7 = rows of the scan
-- Privileges: INSERT on pgvalidate.scan, batch and queue
-- The last batch has what is left over.
WITH s AS (
    INSERT INTO pgvalidate.scan (run_id, scan_no, tenant_no, first_batch_no, batches, rows)
    VALUES ($1, $2, $3, $4, $5, $7)
), b AS (
    INSERT INTO pgvalidate.batch (run_id, tenant_no, batch_no, rows)
    SELECT $1, $3, $4 + i, least($6, $7 - i::bigint * $6)
    FROM pg_catalog.generate_series(0, $5 - 1) AS i
    RETURNING batch_no, rows
)
INSERT INTO pgvalidate.queue (run_id, batch_no, tenant_no, rows)
SELECT $1, batch_no, $3, rows
FROM b;
