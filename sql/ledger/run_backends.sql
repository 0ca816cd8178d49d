-- Purpose:    how many backends of a run are left
-- Parameters: $1 = the application_name of its writers
-- Privileges: sees the backends of its own role
SELECT count(*)
FROM pg_catalog.pg_stat_activity
WHERE application_name = $1;
