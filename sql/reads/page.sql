-- Purpose:    a page of a dashboard's list of activities, the newest first
-- Parameters: {{schema}} = the tenant's schema, quoted; $1 = how many activities come before the page
-- Privileges: SELECT on the tenant's table
SELECT id, tenant_id, region, created_at, activity_name, pdpl_category, data_fields,
       purpose, legal_basis, retention_period, data_recipients
FROM {{schema}}.processing_activities
ORDER BY created_at DESC, id
OFFSET $1 LIMIT 100;
