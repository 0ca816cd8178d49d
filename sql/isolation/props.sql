-- Purpose:    what a tenant has besides its table, and may use alone
-- Parameters: {{schema}}, {{role}} = the tenant's
-- Privileges: owner of the schema
GRANT USAGE, CREATE ON SCHEMA {{schema}} TO {{role}};
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER
    ON {{schema}}.processing_activities TO {{role}};
CREATE SEQUENCE {{schema}}.isolation_seq;
SELECT pg_catalog.nextval('{{schema}}.isolation_seq');
GRANT USAGE, SELECT, UPDATE ON SEQUENCE {{schema}}.isolation_seq TO {{role}};
CREATE VIEW {{schema}}.isolation_view AS SELECT id FROM {{schema}}.processing_activities;
GRANT SELECT ON {{schema}}.isolation_view TO {{role}};
CREATE FUNCTION {{schema}}.isolation_count() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog AS 'SELECT count(*) FROM {{schema}}.processing_activities';
REVOKE ALL ON FUNCTION {{schema}}.isolation_count() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {{schema}}.isolation_count() TO {{role}}
