-- Purpose:    who owns the schema pgvalidate, and the ledger's format; no format where it isn't ours
-- Parameters: none
-- Privileges: none
SELECT pg_catalog.pg_get_userbyid(nspowner) AS owner,
       substring(pg_catalog.obj_description(oid, 'pg_namespace')
                 FROM '^pgvalidate ledger, format ([0-9]{1,9})$')::integer AS format
FROM pg_catalog.pg_namespace
WHERE nspname = 'pgvalidate';
