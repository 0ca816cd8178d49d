-- Purpose:    has a function of its own called with the other tenant's values before the policy is asked
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
CREATE FUNCTION pg_temp.isolation_peek(value text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS
$$BEGIN RAISE EXCEPTION 'seen' USING ERRCODE = 'PV001'; END$$;
SELECT pg_catalog.set_config('pgvalidate.tenant_id', pg_catalog.gen_random_uuid()::text, true);
SELECT FROM {{other}} WHERE pg_temp.isolation_peek(activity_name)
