-- Purpose:    asks the planner how many rows a tenant has
-- Parameters: {{other}} = the table of all; {{asked_id}} = the tenant's id
-- Privileges: none is to suffice
-- A range: the policy's equality and another one would be seen to contradict each other.
EXPLAIN SELECT FROM {{other}} WHERE tenant_id >= {{asked_id}} AND tenant_id <= {{asked_id}}
