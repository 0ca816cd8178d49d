-- Purpose:    enters a tenant of a run
-- Parameters: $1 = run_id, $2 = tenant_no, $3 = tenant_id, $4 = schema_name, $5 = name,
--             $6 = region, $7 = industry, $8 = city
-- Privileges: INSERT on pgvalidate.tenant
INSERT INTO pgvalidate.tenant (run_id, tenant_no, tenant_id, schema_name, name, region, industry, city)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);
