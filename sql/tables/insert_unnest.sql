-- Purpose:    rows from one array a column
-- Parameters: {{schema}} = the tenant's schema, quoted; {{table}}, {{columns}};
--             {{arrays}} = $1::integer[], …; {{names}} = c1, …; {{values}} = the same, cast where
--             the column is an array itself, whose values travel as literals in a text[]
-- Privileges: INSERT on the table
INSERT INTO {{schema}}.{{table}} ({{columns}})
SELECT {{values}}
FROM unnest({{arrays}}) AS r ({{names}})
