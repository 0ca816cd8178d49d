-- Purpose:    the schemas that are ours by their comments, and those that have our names
-- Parameters: $1 = the prefix of the tenants' schemas
-- Privileges: none
SELECT nspname::text AS schema,
       pg_catalog.pg_get_userbyid(nspowner)::text AS owner,
       -- DROP and the like ask for the owner's privileges
       pg_catalog.pg_has_role(nspowner, 'USAGE') AS may_change,
       nspname = 'pgvalidate' AS is_ledger,
       pg_catalog.starts_with(nspname::text, $1) AS has_prefix,
       coalesce(pg_catalog.obj_description(oid, 'pg_namespace'), '') LIKE 'pgvalidate ledger, format %' AS ledger_comment,
       substring(pg_catalog.obj_description(oid, 'pg_namespace')
                 FROM '^pgvalidate tenant of run ([0-9a-f-]{36})$') AS run_id
FROM pg_catalog.pg_namespace
WHERE nspname = 'pgvalidate'
   OR pg_catalog.starts_with(nspname::text, $1)
   OR pg_catalog.obj_description(oid, 'pg_namespace') LIKE 'pgvalidate tenant of run %'
ORDER BY nspname;
