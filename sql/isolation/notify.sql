-- Purpose:    listens to the other tenant's channel
-- Parameters: {{channel}} = its name
-- Privileges: none is to suffice
LISTEN {{channel}}
