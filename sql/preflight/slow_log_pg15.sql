-- Purpose:    whether the role may set log_min_duration_statement on its own sessions
-- Parameters: none
-- Privileges: none
SELECT pg_catalog.has_parameter_privilege(current_user, 'log_min_duration_statement', 'SET') AS may_set;
