-- Purpose:    reads the other tenant's rows
-- Parameters: {{other}} = the other tenant's table; {{other_id}} = its tenant_id
-- Privileges: none is to suffice
SELECT FROM {{other}} WHERE tenant_id = {{other_id}}
