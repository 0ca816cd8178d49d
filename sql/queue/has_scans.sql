-- Purpose:    whether a scan of the run was submitted
-- Parameters: $1 = run_id
-- Privileges: SELECT on pgvalidate.scan
SELECT count(*) > 0
FROM pgvalidate.scan
WHERE run_id = $1;
