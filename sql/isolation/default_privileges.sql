-- Purpose:    has future tables of the other tenant's granted to itself
-- Parameters: {{other_role}} = the other tenant's role; {{own_role}}
-- Privileges: none is to suffice
ALTER DEFAULT PRIVILEGES FOR ROLE {{other_role}} GRANT SELECT ON TABLES TO {{own_role}}
