-- Purpose:    the roles that a run made
-- Parameters: $1 = the run's id
-- Privileges: none
SELECT r.rolname::text AS role
FROM pg_catalog.pg_roles r
JOIN pg_catalog.pg_shdescription d
  ON d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_authid'::regclass
WHERE d.description = 'pgvalidate isolation role of run ' || $1
ORDER BY 1
