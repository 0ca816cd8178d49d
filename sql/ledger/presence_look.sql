-- Purpose:    whether nobody has the lock that a run holds while it goes on; takes it until the transaction's end
-- Parameters: $1 = run_id as text
-- Privileges: none
SELECT pg_catalog.pg_try_advisory_xact_lock(x'7067766c'::int, pg_catalog.hashtext($1));
