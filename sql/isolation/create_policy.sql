-- Purpose:    makes a policy that shows all rows
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
CREATE POLICY isolation_policy ON {{other}} USING (true)
