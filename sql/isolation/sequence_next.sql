-- Purpose:    moves the other tenant's sequence on
-- Parameters: {{other_schema}} = the other tenant's schema
-- Privileges: none is to suffice
SELECT pg_catalog.nextval('{{other_schema}}.isolation_seq')
