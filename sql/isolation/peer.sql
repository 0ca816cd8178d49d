-- Purpose:    what the other tenant's session does and holds while it is probed
-- Parameters: {{other_id}}; {{key}} = the key of its advisory lock
-- Privileges: TEMPORARY on the database
SELECT pg_catalog.set_config('pgvalidate.tenant_id', {{other_id}}, false);
CREATE TEMPORARY TABLE isolation_temp AS SELECT 1 AS secret;
SELECT pg_catalog.pg_advisory_lock({{key}});
SELECT pg_catalog.lo_from_bytea(0, 'isolation') AS lo,
       pg_catalog.pg_backend_pid() AS pid,
       (SELECT pg_catalog.quote_ident(nspname) FROM pg_catalog.pg_namespace
        WHERE oid = pg_catalog.pg_my_temp_schema()) AS temp
