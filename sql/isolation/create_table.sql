-- Purpose:    makes a table in the other tenant's schema
-- Parameters: {{other_schema}} = the other tenant's schema
-- Privileges: none is to suffice
CREATE TABLE {{other_schema}}.isolation_table ()
