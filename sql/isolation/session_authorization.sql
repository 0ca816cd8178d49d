-- Purpose:    has its session belong to the other tenant's role
-- Parameters: {{other_role}} = the other tenant's role
-- Privileges: none is to suffice
SET LOCAL SESSION AUTHORIZATION {{other_role}}
