-- Purpose:    makes a role
-- Parameters: {{other_role}} = the other tenant's role; {{own_role_more}} = the name of another role
-- Privileges: none is to suffice
CREATE ROLE {{own_role_more}} IN ROLE {{other_role}}
