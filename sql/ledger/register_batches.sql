-- Purpose:    enters a run's batches as pending
-- Parameters: $1 = run_id, $2 = tenant numbers, $3 = batch numbers, $4 = rows of each
-- Privileges: INSERT on pgvalidate.batch
INSERT INTO pgvalidate.batch (run_id, tenant_no, batch_no, rows)
SELECT $1, tenant_no, batch_no, rows
FROM unnest($2::integer[], $3::integer[], $4::integer[]) AS b (tenant_no, batch_no, rows)
-- A repetition after a connection was lost may find them there.
ON CONFLICT DO NOTHING;
