-- Purpose:    asks by a foreign key which keys the other tenant has
-- Parameters: {{other}} = the other tenant's table; {{own_schema}}
-- Privileges: none is to suffice
CREATE TABLE {{own_schema}}.isolation_fk (id uuid REFERENCES {{other}} (id))
