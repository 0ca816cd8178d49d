-- Purpose:    copies the other tenant's table out
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
COPY {{other}} TO STDOUT
