-- Purpose:    makes a tenant's role
-- Parameters: {{role}}, {{password}} = its SCRAM verifier, a string, {{comment}} = a string
-- Privileges: CREATEROLE
CREATE ROLE {{role}} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {{password}};
COMMENT ON ROLE {{role}} IS {{comment}};
-- Without it a role that may make roles couldn't remove what belongs to this one.
GRANT {{role}} TO CURRENT_USER
