-- Purpose:    whether a commit in doubt happened, and whether commits wait for a standby here
-- Parameters: $1 = run_id, $2 = tenant_no, $3 = batch_no
-- Privileges: SELECT and UPDATE on pgvalidate.batch
-- FOR UPDATE waits for a transaction that is still committing; a plain read
-- doesn't, and was wrong in 5 of 200 forced cuts.
SELECT state, pg_catalog.current_setting('synchronous_standby_names') <> '' AS waits_for_standby
FROM pgvalidate.batch
WHERE run_id = $1 AND tenant_no = $2 AND batch_no = $3
FOR UPDATE;
