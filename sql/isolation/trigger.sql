-- Purpose:    puts a trigger on the other tenant's table
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
CREATE TRIGGER isolation_trigger BEFORE UPDATE ON {{other}}
FOR EACH ROW EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger()
