-- Purpose:    still has the search path of the tenant before
-- Parameters: none
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_settings WHERE name = 'search_path' AND source = 'session'
