-- Purpose:    lets one session at a time change the ledger's or the tenants' schemas
-- Parameters: none
-- Privileges: none
-- CREATE … IF NOT EXISTS races: two sessions can both find nothing and then
-- one fails on the catalog's unique index.
SELECT pg_catalog.pg_advisory_xact_lock(x'7067766c'::int, x'6c656467'::int);
