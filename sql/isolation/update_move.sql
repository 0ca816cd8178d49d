-- Purpose:    makes one of one's own rows the other tenant's
-- Parameters: {{other}} = the other tenant's table; {{other_id}} = its tenant_id; {{own_id}}
-- Privileges: none is to suffice
UPDATE {{other}} SET tenant_id = {{other_id}}
WHERE ctid = (SELECT ctid FROM {{other}} WHERE tenant_id = {{own_id}} LIMIT 1)
