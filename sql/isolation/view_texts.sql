-- Purpose:    reads the definitions of the other tenant's views
-- Parameters: {{other_schema_text}} = the schema of the other tenant's table, as a string
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_views
WHERE schemaname = {{other_schema_text}} AND definition IS NOT NULL
