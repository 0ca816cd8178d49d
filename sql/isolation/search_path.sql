-- Purpose:    finds the other tenant's table by a search path
-- Parameters: {{other_schema}} = the other tenant's schema
-- Privileges: none is to suffice
SET LOCAL search_path = {{other_schema}};
SELECT FROM processing_activities
