-- Purpose:    becomes the role that reads all data
-- Parameters: none
-- Privileges: none is to suffice
SET LOCAL ROLE pg_read_all_data
