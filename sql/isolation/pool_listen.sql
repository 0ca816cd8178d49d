-- Purpose:    still listens for the tenant before
-- Parameters: none
-- Privileges: none is to suffice
SELECT pg_catalog.pg_listening_channels()
