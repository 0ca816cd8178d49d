-- Purpose:    whether the connecting role may make roles; who it is, and where pg_stat_statements lies
-- Parameters: none
-- Privileges: none
SELECT current_user::text AS role, r.rolsuper OR r.rolcreaterole AS may,
       (SELECT pg_catalog.quote_ident(n.nspname) || '.pg_stat_statements'
        FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
        WHERE e.extname = 'pg_stat_statements') AS statements
FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
