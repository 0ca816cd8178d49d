-- Purpose:    removes runs, with their tenants and batches
-- Parameters: $1 = run ids as text
-- Privileges: DELETE on pgvalidate.run
DELETE FROM pgvalidate.run WHERE run_id = ANY ($1::text[]::uuid[]);
