-- Purpose:    takes the lock that a run holds while it goes on; false where another session has it
-- Parameters: $1 = run_id as text
-- Privileges: none
SELECT pg_catalog.pg_try_advisory_lock(x'7067766c'::int, pg_catalog.hashtext($1));
