-- Purpose:    lets the writers' role submit scans and take batches from the queue
-- Parameters: {{writer}} = the role, quoted
-- Privileges: owner of the ledger
GRANT INSERT ON pgvalidate.batch TO {{writer}};
GRANT SELECT, INSERT ON pgvalidate.scan TO {{writer}};
GRANT SELECT, INSERT, UPDATE, DELETE ON pgvalidate.queue TO {{writer}};
