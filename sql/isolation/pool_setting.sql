-- Purpose:    still has a setting of the tenant before
-- Parameters: none
-- Privileges: none is to suffice
SELECT WHERE coalesce(pg_catalog.current_setting('pgvalidate.tenant_id', true), '') <> ''
