-- Purpose:    enters a run
-- Parameters: $1 = run_id, $2 = scenario, $3 = seed, $4 = tool_version, $5 = generator_version,
--             $6 = plan_hash, $7 = table_name, $8 = tenant_prefix
-- Privileges: INSERT on pgvalidate.run
INSERT INTO pgvalidate.run (run_id, scenario, seed, tool_version, generator_version, plan_hash, table_name, tenant_prefix)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);
