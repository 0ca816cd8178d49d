-- Purpose:    sees how large the table is
-- Parameters: {{other_oid}} = the other tenant's table
-- Privileges: none is to suffice
SELECT WHERE pg_catalog.pg_relation_size({{other_oid}}::oid) > 0
