-- Purpose:    becomes the role that owns the tables
-- Parameters: {{owner_role}} = that role
-- Privileges: none is to suffice
SET LOCAL ROLE {{owner_role}}
