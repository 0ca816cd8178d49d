-- Purpose:    gives itself the right to bypass row-level security
-- Parameters: {{own_role}} = the role itself
-- Privileges: none is to suffice
ALTER ROLE {{own_role}} BYPASSRLS
