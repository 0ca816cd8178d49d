-- Purpose:    reads what the other tenant's session runs
-- Parameters: {{other_pid}} = its backend
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_stat_activity
WHERE pid = {{other_pid}} AND query <> '<insufficient privilege>'
