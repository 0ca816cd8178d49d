-- Purpose:    what a tenant does in a transaction on a pooled connection; the last three outlive it
-- Parameters: {{own_role}} = the tenant's role; {{own_id}}; {{own_schema}}; {{key}}
-- Privileges: membership in the tenant's role
SET LOCAL ROLE {{own_role}};
SELECT pg_catalog.set_config('pgvalidate.tenant_id', {{own_id}}, true);
SET LOCAL search_path = {{own_schema}};
CREATE TEMPORARY TABLE isolation_work ON COMMIT DROP AS SELECT 1 AS secret;
SELECT pg_catalog.pg_advisory_xact_lock({{key}});
PREPARE isolation_work AS SELECT 1;
DECLARE isolation_work CURSOR WITH HOLD FOR SELECT 1;
LISTEN isolation_work
