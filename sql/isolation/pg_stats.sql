-- Purpose:    reads values of the other tenant's rows from the planner's statistics
-- Parameters: {{other_schema_text}} = the schema of the other tenant's table, as a string
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_stats
WHERE schemaname = {{other_schema_text}} AND tablename = 'processing_activities'
