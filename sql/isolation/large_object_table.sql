-- Purpose:    reads the pages of all large objects
-- Parameters: none
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_largeobject
