-- Purpose:    is still the role of the tenant before
-- Parameters: none
-- Privileges: none is to suffice
SELECT WHERE current_user <> session_user
