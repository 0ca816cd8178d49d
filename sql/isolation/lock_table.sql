-- Purpose:    locks the other tenant's table
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
LOCK TABLE {{other}} IN ACCESS EXCLUSIVE MODE NOWAIT;
SELECT 1
