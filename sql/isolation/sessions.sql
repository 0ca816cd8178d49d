-- Purpose:    sees that the other tenant is connected
-- Parameters: {{other_pid}} = its backend
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_stat_activity WHERE pid = {{other_pid}} AND usename IS NOT NULL
