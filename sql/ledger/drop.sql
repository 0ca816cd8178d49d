-- Purpose:    removes the ledger's tables and schema; fails where something else lies in it
-- Parameters: none
-- Privileges: owner of the schema pgvalidate
-- A ledger of format 1 has no queue.
DROP TABLE IF EXISTS pgvalidate.worker, pgvalidate.attempt, pgvalidate.queue, pgvalidate.scan;
DROP TABLE pgvalidate.batch, pgvalidate.tenant, pgvalidate.run;
DROP SCHEMA pgvalidate RESTRICT;
