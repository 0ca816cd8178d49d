-- Purpose:    removes the ledger's tables and schema; fails where something else lies in it
-- Parameters: none
-- Privileges: owner of the schema pgvalidate
DROP TABLE pgvalidate.batch, pgvalidate.tenant, pgvalidate.run;
DROP SCHEMA pgvalidate RESTRICT;
