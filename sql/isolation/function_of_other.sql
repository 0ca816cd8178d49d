-- Purpose:    calls the other tenant's function, which has its owner's rights
-- Parameters: {{other_schema}} = the other tenant's schema
-- Privileges: none is to suffice
SELECT {{other_schema}}.isolation_count()
