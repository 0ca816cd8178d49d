-- Purpose:    reads how far the other tenant's sequence is in the list of all
-- Parameters: {{other_schema_text}} = the other tenant's schema, as a string
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_sequences
WHERE schemaname = {{other_schema_text}} AND last_value IS NOT NULL
