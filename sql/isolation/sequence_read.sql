-- Purpose:    reads the other tenant's sequence
-- Parameters: {{other_schema}} = the other tenant's schema
-- Privileges: none is to suffice
SELECT last_value FROM {{other_schema}}.isolation_seq
