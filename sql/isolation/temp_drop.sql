-- Purpose:    drops the other tenant's temporary table
-- Parameters: {{other_temp}} = the schema of its temporary tables
-- Privileges: none is to suffice
DROP TABLE {{other_temp}}.isolation_temp
