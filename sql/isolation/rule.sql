-- Purpose:    puts a rule on the other tenant's table
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
CREATE RULE isolation_rule AS ON DELETE TO {{other}} DO ALSO NOTHING
