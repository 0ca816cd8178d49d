-- Purpose:    has the rights of the table's owner, for whom row-level security isn't forced
-- Parameters: {{other_oid}} = the table of all
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_class
WHERE oid = {{other_oid}} AND NOT relforcerowsecurity
  AND pg_catalog.pg_has_role(relowner, 'MEMBER')
