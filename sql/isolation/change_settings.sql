-- Purpose:    sets the search path that the other tenant begins with
-- Parameters: {{other_role}} = the other tenant's role; {{own_schema}}
-- Privileges: none is to suffice
ALTER ROLE {{other_role}} SET search_path = {{own_schema}}
