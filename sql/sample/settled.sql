-- Purpose:    whether the writers' backends are gone, and counters that stand still once they are
-- Parameters: $1 = the application_name of the writers
-- Privileges: sees the backends of its own role
SELECT (SELECT pg_catalog.count(*)
        FROM pg_catalog.pg_stat_activity
        WHERE application_name = $1) AS backends,
       tup_inserted                  AS rows_inserted,
       tup_updated                   AS rows_updated
FROM pg_catalog.pg_stat_database
WHERE datname = pg_catalog.current_database();
