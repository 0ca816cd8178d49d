-- Purpose:    claims to be the other tenant
-- Parameters: {{other}} = the other tenant's table; {{other_id}} = its tenant_id
-- Privileges: none is to suffice
SELECT pg_catalog.set_config('pgvalidate.tenant_id', {{other_id}}, true);
SELECT FROM {{other}} WHERE tenant_id = {{other_id}}
