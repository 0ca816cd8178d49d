-- Purpose:    sees which locks the other tenant's session holds
-- Parameters: {{other_pid}} = its backend
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_locks WHERE pid = {{other_pid}}
