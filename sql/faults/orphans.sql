-- Purpose:    sessions of a run that are left, and the locks on tables that they hold
-- Parameters: $1 = the application_name of its writers
-- Privileges: sees the backends of its own role
SELECT count(DISTINCT activity.pid),
       count(locks.pid)
FROM pg_catalog.pg_stat_activity AS activity
LEFT JOIN pg_catalog.pg_locks AS locks
       ON locks.pid = activity.pid AND locks.locktype = 'relation' AND locks.granted
WHERE activity.application_name = $1;
