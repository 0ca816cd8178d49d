-- Purpose:    makes a child of the other tenant's table
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
CREATE TEMPORARY TABLE isolation_child () INHERITS ({{other}})
