-- Purpose:    rows with a parameter a cell
-- Parameters: {{schema}} = the tenant's schema, quoted; {{table}}, {{columns}};
--             {{places}} = $1, $2, … of one row, or of several with "), (" between them
-- Privileges: INSERT on the table
INSERT INTO {{schema}}.{{table}} ({{columns}}) VALUES ({{places}})
