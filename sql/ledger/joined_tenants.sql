-- Purpose:    the tenants of a run that is joined
-- Parameters: $1 = run_id
-- Privileges: SELECT on pgvalidate.tenant
SELECT tenant_no, schema_name, name, region, city
FROM pgvalidate.tenant
WHERE run_id = $1 AND tenant_no > 0
ORDER BY tenant_no;
