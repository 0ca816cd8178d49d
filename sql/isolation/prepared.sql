-- Purpose:    reads the other tenant's rows by a prepared statement
-- Parameters: {{other}} = the other tenant's table; {{other_id}} = its tenant_id
-- Privileges: none is to suffice
DEALLOCATE ALL;
PREPARE isolation_prepared AS SELECT tenant_id FROM {{other}} WHERE tenant_id = {{other_id}};
EXECUTE isolation_prepared
