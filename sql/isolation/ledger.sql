-- Purpose:    reads the ledger of all tenants
-- Parameters: none
-- Privileges: none is to suffice
SELECT FROM pgvalidate.batch
