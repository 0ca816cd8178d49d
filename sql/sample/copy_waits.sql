-- Purpose:    what the COPYs of a run are waiting for at this moment
-- Parameters: $1 = the application_name of its writers
-- Privileges: sees the waits of its own role's backends
SELECT coalesce(wait_event_type || ':' || wait_event, 'CPU') AS event, count(*) AS backends
FROM pg_catalog.pg_stat_activity
WHERE application_name = $1
  AND state = 'active'
  AND query LIKE 'COPY %'
GROUP BY 1;
