-- Purpose:    grants itself a right on the other tenant's table
-- Parameters: {{other}} = the other tenant's table, {{other_oid}}; {{own_role}}
-- Privileges: none is to suffice
GRANT TRIGGER ON {{other}} TO {{own_role}};
SELECT WHERE pg_catalog.has_table_privilege({{other_oid}}::oid, 'TRIGGER')
