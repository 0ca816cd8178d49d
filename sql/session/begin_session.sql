-- Purpose:    makes a session of ours independent of the role's and database's defaults, and tells who it is
-- Parameters: none
-- Privileges: none
-- A COMMIT must never be cancelled (one that waits for a standby would answer
-- success with a warning), so no statement_timeout: the client keeps the time.
SET statement_timeout = 0;
SET lock_timeout = '30s';
SET idle_in_transaction_session_timeout = 0;
SET standard_conforming_strings = on;
SET client_min_messages = warning;
-- idle_session_timeout (14+) and transaction_timeout (17+) as a role may have them.
SELECT pg_catalog.set_config(name, '0', false)
FROM pg_catalog.pg_settings
WHERE name IN ('idle_session_timeout', 'transaction_timeout');
SELECT pid, (extract(epoch FROM backend_start) * 1000000)::bigint AS backend_start_us
FROM pg_catalog.pg_stat_activity
WHERE pid = pg_catalog.pg_backend_pid();
