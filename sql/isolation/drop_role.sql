-- Purpose:    removes a role with what it owns in this database
-- Parameters: {{role}} = the role
-- Privileges: the role's, and CREATEROLE
DROP OWNED BY {{role}};
DROP ROLE {{role}}
