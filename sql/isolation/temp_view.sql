-- Purpose:    reads the other tenant's rows through a view of one's own
-- Parameters: {{other}} = the other tenant's table; {{other_id}} = its tenant_id
-- Privileges: none is to suffice
CREATE TEMPORARY VIEW isolation_peek AS SELECT tenant_id FROM {{other}};
SELECT FROM isolation_peek WHERE tenant_id = {{other_id}}
