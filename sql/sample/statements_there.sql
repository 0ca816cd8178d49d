-- Purpose:    whether this database has pg_stat_statements, in which version and schema, and what it records
-- Parameters: none
-- Privileges: none
SELECT e.extversion                                                        AS version,
       n.nspname::text                                                     AS schema,
       -- a placeholder in postgresql.conf isn't in pg_settings: the library is loaded
       EXISTS (SELECT FROM pg_catalog.pg_settings WHERE name = 'pg_stat_statements.max') AS loaded,
       pg_catalog.current_setting('compute_query_id') = 'off'              AS without_ids,
       pg_catalog.current_setting('pg_stat_statements.track', true) = 'none' AS untracked
FROM (VALUES ('pg_stat_statements')) AS wanted (name)
LEFT JOIN pg_catalog.pg_extension AS e ON e.extname = wanted.name
LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace;
