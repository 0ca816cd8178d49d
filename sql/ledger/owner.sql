-- Purpose:    whether the schema pgvalidate exists, and whether it is ours
-- Parameters: none
-- Privileges: none
SELECT coalesce(pg_catalog.obj_description(oid, 'pg_namespace'), '') LIKE 'pgvalidate ledger, format %' AS ours,
       pg_catalog.pg_get_userbyid(nspowner) AS owner
FROM pg_catalog.pg_namespace
WHERE nspname = 'pgvalidate';
