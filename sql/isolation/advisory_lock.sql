-- Purpose:    learns of the other tenant's advisory lock by its own
-- Parameters: {{key}} = the lock's key, which the other tenant holds
-- Privileges: none is to suffice
SELECT WHERE NOT pg_catalog.pg_try_advisory_xact_lock({{key}})
