-- Purpose:    switches the table's row-level security off
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
ALTER TABLE {{other}} DISABLE ROW LEVEL SECURITY
