-- Purpose:    has the server know values of the rows
-- Parameters: {{schema}} = the schema
-- Privileges: owner of the table
CREATE STATISTICS {{schema}}.isolation_statistics ON region, pdpl_category
    FROM {{schema}}.processing_activities;
ANALYZE {{schema}}.processing_activities
