-- Purpose:    how many other sessions of the tool are at work in this database
-- Parameters: none
-- Privileges: sees the sessions of its own role
SELECT count(*)
FROM pg_catalog.pg_stat_activity
WHERE application_name LIKE 'pgvalidate %'
  AND datname = current_database()
  AND pid <> pg_catalog.pg_backend_pid();
