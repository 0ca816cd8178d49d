-- Purpose:    open and prepared transactions of this database that keep dead rows from being vacuumed
-- Parameters: none
-- Privileges: pg_monitor for the age of other roles' transactions; without it that is NULL
SELECT false AS prepared,
       pid::text AS name,
       coalesce(usename::text, '') AS role,
       extract(epoch FROM clock_timestamp() - xact_start)::float8 AS age_s
FROM pg_catalog.pg_stat_activity
WHERE pid <> pg_catalog.pg_backend_pid()
  AND datname = current_database()
  AND (backend_xid IS NOT NULL OR backend_xmin IS NOT NULL)
  -- a VACUUM holds nothing back
  AND backend_type IS DISTINCT FROM 'autovacuum worker'
UNION ALL
SELECT true, gid, owner::text, extract(epoch FROM clock_timestamp() - prepared)::float8
FROM pg_catalog.pg_prepared_xacts
WHERE database = current_database()
ORDER BY age_s DESC NULLS LAST, name;
