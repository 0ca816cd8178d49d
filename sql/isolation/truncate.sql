-- Purpose:    empties the other tenant's table
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
TRUNCATE {{other}}
