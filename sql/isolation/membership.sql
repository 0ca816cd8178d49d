-- Purpose:    makes itself a member of the other tenant's role
-- Parameters: {{other_role}} = the other tenant's role; {{own_role}}
-- Privileges: none is to suffice
GRANT {{other_role}} TO {{own_role}}
