-- Purpose:    sees that the other tenant has a large object
-- Parameters: {{other_lo}} = its oid
-- Privileges: none is to suffice
SELECT FROM pg_catalog.pg_largeobject_metadata WHERE oid = {{other_lo}}
