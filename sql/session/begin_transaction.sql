-- Purpose:    what begin_session.sql does, for one transaction: where a pooler shares sessions' backends nothing may stay behind
-- Parameters: none
-- Privileges: none
SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = '30s';
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL standard_conforming_strings = on;
SET LOCAL client_min_messages = warning;
SELECT pg_catalog.set_config('transaction_timeout', '0', true)
FROM pg_catalog.pg_settings
WHERE name = 'transaction_timeout';
SELECT name AS stale
FROM pg_catalog.pg_prepared_statements
WHERE NOT from_sql AND name ~ '^s[0-9]+$';
