-- Purpose:    still has what a SET without LOCAL, or PREPARE, or LISTEN left
-- Parameters: none
-- Privileges: none is to suffice
SELECT 1 FROM pg_catalog.pg_settings WHERE name = 'search_path' AND source = 'session'
UNION ALL
SELECT 1 WHERE current_user <> session_user
UNION ALL
SELECT 1 FROM pg_catalog.pg_prepared_statements WHERE from_sql
UNION ALL
SELECT 1 FROM pg_catalog.pg_listening_channels()
