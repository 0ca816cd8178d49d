-- Purpose:    drops the other tenant's table
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
DROP TABLE {{other}} CASCADE
