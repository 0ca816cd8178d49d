-- Purpose:    says that a run submits no further scan
-- Parameters: $1 = run_id
-- Privileges: UPDATE on pgvalidate.run
UPDATE pgvalidate.run
SET submitted_at = clock_timestamp()
WHERE run_id = $1;
