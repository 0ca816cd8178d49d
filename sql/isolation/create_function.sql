-- Purpose:    makes a function in the other tenant's schema, which would shadow one
-- Parameters: {{other_schema}} = the other tenant's schema
-- Privileges: none is to suffice
CREATE FUNCTION {{other_schema}}.isolation_function() RETURNS integer LANGUAGE sql AS 'SELECT 1'
