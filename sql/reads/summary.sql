-- Purpose:    a dashboard's compliance summary: how many activities of each category in each region
-- Parameters: {{schema}} = the tenant's schema, quoted
-- Privileges: SELECT on the tenant's table
SELECT pdpl_category, region, pg_catalog.count(*) AS activities
FROM {{schema}}.processing_activities
GROUP BY pdpl_category, region;
