-- Purpose:    the schemas whose names begin with a prefix, and which run's they are by their comment
-- Parameters: $1 = the prefix
-- Privileges: none
SELECT nspname,
       substring(pg_catalog.obj_description(oid, 'pg_namespace')
                 FROM '^pgvalidate tenant of run ([0-9a-f-]{36})$') AS run_id
FROM pg_catalog.pg_namespace
WHERE pg_catalog.starts_with(nspname::text, $1)
ORDER BY nspname;
