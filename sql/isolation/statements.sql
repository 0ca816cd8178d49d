-- Purpose:    reads what the other tenant's statements were
-- Parameters: {{statements}} = pg_stat_statements with its schema; {{other_role_text}} = the other tenant's role
-- Privileges: none is to suffice
SELECT FROM {{statements}} s
JOIN pg_catalog.pg_roles r ON r.oid = s.userid
WHERE r.rolname = {{other_role_text}} AND s.query <> '<insufficient privilege>'
