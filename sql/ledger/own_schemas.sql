-- Purpose:    every tenant schema of ours, by its comment, with what lies in it
-- Parameters: none
-- Privileges: none
SELECT n.nspname,
       substring(pg_catalog.obj_description(n.oid, 'pg_namespace')
                 FROM '^pgvalidate tenant of run ([0-9a-f-]{36})$') AS run_id,
       pg_catalog.pg_get_userbyid(n.nspowner) AS owner
FROM pg_catalog.pg_namespace AS n
WHERE pg_catalog.obj_description(n.oid, 'pg_namespace') LIKE 'pgvalidate tenant of run %'
ORDER BY n.nspname;
