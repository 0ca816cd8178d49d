-- Purpose:    becomes the other tenant's role
-- Parameters: {{other_role}} = the other tenant's role
-- Privileges: none is to suffice
SET LOCAL ROLE {{other_role}}
