-- Purpose:    removes a role with what it owns in this database
-- Parameters: {{role}} = a role that roles_of.sql found
-- Privileges: the role's, and CREATEROLE
DROP OWNED BY {{role}};
DROP ROLE {{role}}
