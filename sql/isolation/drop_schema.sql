-- Purpose:    drops the other tenant's schema
-- Parameters: {{other_schema}} = the other tenant's schema
-- Privileges: none is to suffice
DROP SCHEMA {{other_schema}} CASCADE
