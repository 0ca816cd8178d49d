-- Purpose:    removes a tenant's table and schema; fails where something else lies in it or depends on it
-- Parameters: {{schema}} = the tenant's schema, quoted
-- Privileges: owner of the schema
DROP TABLE IF EXISTS {{schema}}.processing_activities RESTRICT;
DROP SCHEMA {{schema}} RESTRICT;
