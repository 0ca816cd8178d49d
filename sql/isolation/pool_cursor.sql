-- Purpose:    still has cursors of the tenant before
-- Parameters: none
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_cursors WHERE is_holdable
