-- Purpose:    is allowed to ask by a foreign key
-- Parameters: {{other_oid}} = the table of all
-- Privileges: none is to suffice
SELECT WHERE pg_catalog.has_any_column_privilege({{other_oid}}::oid, 'REFERENCES')
