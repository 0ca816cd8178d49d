-- Purpose:    lets the writers' role flip batches, look whether one is done, and use the queue
-- Parameters: {{writer}} = the role, quoted
-- Privileges: owner of the ledger
GRANT USAGE ON SCHEMA pgvalidate TO {{writer}};
GRANT SELECT, UPDATE (state, digest, attempts, flipped_at) ON pgvalidate.batch TO {{writer}};
GRANT INSERT ON pgvalidate.batch TO {{writer}};
GRANT SELECT, INSERT ON pgvalidate.scan TO {{writer}};
GRANT SELECT, INSERT, UPDATE, DELETE ON pgvalidate.queue TO {{writer}};
