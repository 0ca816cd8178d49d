-- Purpose:    what a careless tenant does on a pooled connection, and what stays
-- Parameters: {{own_role}} = the tenant's role; {{own_schema}}
-- Privileges: membership in the tenant's role
SET ROLE {{own_role}};
SET search_path = {{own_schema}};
PREPARE isolation_left AS SELECT 1;
LISTEN isolation_left
