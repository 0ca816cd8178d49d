-- Purpose:    reads the bodies of the other tenant's functions
-- Parameters: {{other_schema_text}} = the schema of the other tenant's table, as a string
-- Privileges: none is to suffice
SELECT p.prosrc FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = {{other_schema_text}}
