-- Purpose:    reads the other tenant's rows through a cursor
-- Parameters: {{other}} = the other tenant's table; {{other_id}} = its tenant_id
-- Privileges: none is to suffice
DECLARE isolation_cursor CURSOR WITH HOLD FOR
    SELECT tenant_id FROM {{other}} WHERE tenant_id = {{other_id}};
FETCH ALL FROM isolation_cursor
