-- Purpose:    reads with row-level security switched off
-- Parameters: {{other}} = the other tenant's table; {{other_id}} = its tenant_id
-- Privileges: none is to suffice
SET LOCAL row_security = off;
SELECT FROM {{other}} WHERE tenant_id = {{other_id}}
