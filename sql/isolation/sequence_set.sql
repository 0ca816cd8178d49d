-- Purpose:    sets the other tenant's sequence
-- Parameters: {{other_schema}} = the other tenant's schema
-- Privileges: none is to suffice
SELECT pg_catalog.setval('{{other_schema}}.isolation_seq', 1)
