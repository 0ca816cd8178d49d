-- Purpose:    has a cast fail on the other tenant's values, which an error would show
-- Parameters: {{other}} = the other tenant's table
-- Privileges: none is to suffice
SELECT pg_catalog.set_config('pgvalidate.tenant_id', pg_catalog.gen_random_uuid()::text, true);
SELECT FROM {{other}} WHERE activity_name::integer = 0
