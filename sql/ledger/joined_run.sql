-- Purpose:    what a process needs to know of a run that it joins
-- Parameters: $1 = run_id
-- Privileges: SELECT on pgvalidate.run
SELECT seed, plan_hash, tenant_prefix, scenario
FROM pgvalidate.run
WHERE run_id = $1;
