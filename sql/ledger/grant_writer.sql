-- Purpose:    lets the writers' role flip batches, and look whether one is done
-- Parameters: {{writer}} = the role, quoted
-- Privileges: owner of the ledger
GRANT USAGE ON SCHEMA pgvalidate TO {{writer}};
GRANT SELECT, UPDATE (state, digest, attempts, flipped_at) ON pgvalidate.batch TO {{writer}};
