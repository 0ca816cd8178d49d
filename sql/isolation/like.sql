-- Purpose:    makes a table like the other tenant's
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
CREATE TEMPORARY TABLE isolation_like (LIKE {{other}})
