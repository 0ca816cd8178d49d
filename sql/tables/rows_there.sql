-- Purpose:    which rows of a batch are stored, for the retry of one that is no transaction
-- Parameters: {{relation}} = the tenant's table, quoted; $1 = batch_no
-- Privileges: SELECT on the table
SELECT row_no FROM {{relation}} WHERE batch_no = $1
