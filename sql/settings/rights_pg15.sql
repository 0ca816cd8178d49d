-- Purpose:    of some settings those that this role may not change with ALTER SYSTEM
-- Parameters: $1 = names
-- Privileges: none
-- The privilege is there from 15 on; before, superusers alone may.
SELECT name
FROM pg_catalog.unnest($1::text[]) AS name
WHERE NOT pg_catalog.has_parameter_privilege(name, 'ALTER SYSTEM');
