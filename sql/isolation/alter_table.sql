-- Purpose:    changes the other tenant's table
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
ALTER TABLE {{other}} ADD COLUMN isolation_column integer
