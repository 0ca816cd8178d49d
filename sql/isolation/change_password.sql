-- Purpose:    sets the other tenant's password
-- Parameters: {{other_role}} = the other tenant's role
-- Privileges: none is to suffice
ALTER ROLE {{other_role}} PASSWORD NULL
