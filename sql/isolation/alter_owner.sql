-- Purpose:    takes the other tenant's table over
-- Parameters: {{other}} = the other tenant's table; {{own_role}}
-- Privileges: none is to suffice
ALTER TABLE {{other}} OWNER TO {{own_role}}
