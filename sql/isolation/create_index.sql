-- Purpose:    makes an index on the other tenant's table
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
CREATE INDEX isolation_index ON {{other}} (batch_no)
