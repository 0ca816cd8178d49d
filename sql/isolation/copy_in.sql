-- Purpose:    copies rows into the other tenant's table
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
COPY {{other}} FROM STDIN
