-- Purpose:    reads the other tenant's view
-- Parameters: {{other_schema}} = the other tenant's schema
-- Privileges: none is to suffice
SELECT FROM {{other_schema}}.isolation_view
