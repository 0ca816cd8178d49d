-- Purpose:    what a run's writers, the checkpointer and the autovacuum workers are doing at this moment
-- Parameters: $1 = the application_name of the writers
-- Privileges: sees the writers of its own role; the others with pg_monitor
-- A writer that is idle in its pool waits for work and is left out.
SELECT CASE WHEN application_name = $1 THEN 'writers' ELSE backend_type END AS who,
       coalesce(wait_event_type || ':' || wait_event, 'CPU')                AS event,
       coalesce(state = 'active' AND query LIKE 'COPY %', false)            AS copies,
       pg_catalog.count(*)                                                  AS backends
FROM pg_catalog.pg_stat_activity
WHERE (application_name = $1
       AND state IN ('active', 'idle in transaction', 'idle in transaction (aborted)'))
   OR backend_type IN ('checkpointer', 'autovacuum worker')
GROUP BY 1, 2, 3;
