-- Purpose:    lets the writers' role write to the table of all tenants and read it
-- Parameters: {{schema}} = the schema, quoted; {{writer}} = the role, quoted
-- Privileges: owner of the schema and the table
GRANT USAGE ON SCHEMA {{schema}} TO {{writer}};
GRANT SELECT, INSERT ON {{schema}}.processing_activities TO {{writer}};
