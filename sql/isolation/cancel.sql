-- Purpose:    cancels what the other tenant's session does
-- Parameters: {{other_pid}} = its backend
-- Privileges: none is to suffice
SELECT pg_catalog.pg_cancel_backend({{other_pid}})
