-- Purpose:    publishes the other tenant's table
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
CREATE PUBLICATION isolation_publication FOR TABLE {{other}}
