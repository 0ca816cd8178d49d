-- Purpose:    removes what was made in a schema besides its table
-- Parameters: {{schema}} = the schema
-- Privileges: owner of the schema
DROP STATISTICS IF EXISTS {{schema}}.isolation_statistics;
DROP VIEW IF EXISTS {{schema}}.isolation_view;
DROP FUNCTION IF EXISTS {{schema}}.isolation_count();
DROP SEQUENCE IF EXISTS {{schema}}.isolation_seq
