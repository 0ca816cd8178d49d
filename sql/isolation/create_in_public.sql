-- Purpose:    makes a function in the schema that is in everybody's search path
-- Parameters: none
-- Privileges: none is to suffice
CREATE FUNCTION public.isolation_shadow() RETURNS integer LANGUAGE sql AS 'SELECT 1'
