-- Purpose:    whether the role may set log_min_duration_statement on its own sessions
-- Parameters: none
-- Privileges: none
SELECT rolsuper AS may_set
FROM pg_catalog.pg_roles
WHERE rolname = current_user;
