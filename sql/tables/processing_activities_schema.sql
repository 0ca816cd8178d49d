-- Purpose:    the indexes that a dashboard needs, on the table of one tenant
-- Parameters: {{schema}} = the tenant's schema, quoted
-- Privileges: owner of the table
CREATE INDEX processing_activities_created_at_idx
    ON {{schema}}.processing_activities (created_at DESC, id);
CREATE INDEX processing_activities_category_region_idx
    ON {{schema}}.processing_activities (pdpl_category, region);
