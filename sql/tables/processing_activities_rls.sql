-- Purpose:    the same indexes on the table of all tenants, and what keeps them apart: row-level security
-- Parameters: {{schema}} = the schema, quoted
-- Privileges: owner of the table
-- Every query of a tenant's has the policy's condition, so the indexes begin with it.
CREATE INDEX processing_activities_created_at_idx
    ON {{schema}}.processing_activities (tenant_id, created_at DESC, id);
CREATE INDEX processing_activities_category_region_idx
    ON {{schema}}.processing_activities (tenant_id, pdpl_category, region);
ALTER TABLE {{schema}}.processing_activities ENABLE ROW LEVEL SECURITY;
-- Where no tenant is set, current_setting() fails: nothing is seen or written by accident.
CREATE POLICY processing_activities_tenant ON {{schema}}.processing_activities
    USING (tenant_id = pg_catalog.current_setting('pgvalidate.tenant_id')::uuid)
    WITH CHECK (tenant_id = pg_catalog.current_setting('pgvalidate.tenant_id')::uuid);
