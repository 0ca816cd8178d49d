-- Purpose:    the health of the server's connections: how many are in which state, waiting for what
-- Parameters: none
-- Privileges: sees the state of the role's own sessions; of the others with pg_monitor
SELECT state, wait_event_type, pg_catalog.count(*) AS connections
FROM pg_catalog.pg_stat_activity
GROUP BY state, wait_event_type;
