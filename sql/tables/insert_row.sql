-- Purpose:    one row, for the row-at-a-time baseline
-- Parameters: {{schema}} = the tenant's schema, quoted; {{table}}, {{columns}}, {{places}} = $1, $2, …
-- Privileges: INSERT on the table
INSERT INTO {{schema}}.{{table}} ({{columns}}) VALUES ({{places}})
