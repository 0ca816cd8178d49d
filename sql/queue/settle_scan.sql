-- Purpose:    whether the submission of a scan in doubt happened: no row is inserted where it did
-- Parameters: $1 = run_id, $2 = scan_no
-- Privileges: INSERT on pgvalidate.scan
-- Waits for a transaction that has inserted the row and is still committing,
-- which no read would. To be rolled back.
INSERT INTO pgvalidate.scan (run_id, scan_no, tenant_no, first_batch_no, batches, rows)
VALUES ($1, $2, 0, 0, 0, 0)
ON CONFLICT DO NOTHING;
