-- Purpose:    how many rows a tenant has, and what they are
-- Parameters: {{relation}} = its table, {{relation_text}} the same as a string; {{id}} = its tenant_id
-- Privileges: SELECT on all of the table's rows
SELECT count(*) AS rows,
       coalesce(sum(pg_catalog.hashtextextended(t::text, 0)), 0)::text AS digest,
       min(t.id::text) AS row, {{relation_text}}::regclass::oid AS oid
FROM {{relation}} t WHERE t.tenant_id = {{id}}
