-- Purpose:    how many connections the server has room for, and how many more may come
-- Parameters: none
-- Privileges: none; all sessions are counted, not shown
SELECT limits.most::int,
       (limits.most - count(activity.pid))::int AS free
FROM (SELECT setting::int AS most FROM pg_catalog.pg_settings WHERE name = 'max_connections') AS limits
LEFT JOIN pg_catalog.pg_stat_activity AS activity ON activity.backend_type = 'client backend'
GROUP BY limits.most;
