-- Purpose:    names functions that may be called and have the rights of a role that reads the other tenant's table
-- Parameters: {{other_oid}} = the other tenant's table; {{own_schema}}, whose own function is known
-- Privileges: none is to suffice
SELECT p.oid::pg_catalog.regprocedure::text AS function
FROM pg_catalog.pg_proc p
WHERE p.prosecdef AND p.oid >= 16384
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = p.oid
                  AND d.classid = 'pg_catalog.pg_proc'::regclass AND d.deptype = 'e')
  AND pg_catalog.has_schema_privilege(p.pronamespace, 'USAGE')
  AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
  AND p.proowner <> (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
  AND p.oid IS DISTINCT FROM pg_catalog.to_regprocedure('{{own_schema}}.isolation_count()')::oid
  AND pg_catalog.has_table_privilege(p.proowner, {{other_oid}}::oid, 'SELECT')
ORDER BY 1
