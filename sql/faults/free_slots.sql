-- Purpose:    how many connections the server has room for, and how many more may come
-- Parameters: none
-- Privileges: none. Whose backends they are is hidden from most roles; how many a
--             database has is not, though parallel workers are among them: rather
--             too few are free than too many
SELECT limits.most::int,
       (limits.most - limits.reserved - used.backends)::int AS free
FROM (
    SELECT sum(setting::int) FILTER (WHERE name = 'max_connections') AS most,
           coalesce(sum(setting::int) FILTER (WHERE name <> 'max_connections'), 0) AS reserved
    FROM pg_catalog.pg_settings
    WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')
) AS limits
CROSS JOIN (SELECT sum(numbackends) AS backends FROM pg_catalog.pg_stat_database) AS used;
