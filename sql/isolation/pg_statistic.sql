-- Purpose:    reads the planner's statistics themselves
-- Parameters: none
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_statistic
