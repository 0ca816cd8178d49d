-- Purpose:    a tenant's rights on its rows in the table of all: bound to its role, and not to a setting alone
-- Parameters: {{schema}}; {{role}}, {{id}} = the tenant's; {{policy}} = the policy's name
-- Privileges: owner of the table
GRANT USAGE ON SCHEMA {{schema}} TO {{role}};
GRANT SELECT, INSERT, UPDATE, DELETE ON {{schema}}.processing_activities TO {{role}};
CREATE POLICY {{policy}} ON {{schema}}.processing_activities AS RESTRICTIVE TO {{role}}
    USING (tenant_id = {{id}}) WITH CHECK (tenant_id = {{id}})
