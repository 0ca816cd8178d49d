-- Purpose:    reads the stored passwords
-- Parameters: none
-- Privileges: none is to suffice
SELECT rolpassword FROM pg_catalog.pg_authid
