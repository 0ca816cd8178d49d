-- Purpose:    whether a run hasn't said yet that it submits no further scan
-- Parameters: $1 = run_id
-- Privileges: SELECT on pgvalidate.run
SELECT count(*) > 0
FROM pgvalidate.run
WHERE run_id = $1
  AND submitted_at IS NULL;
