-- Purpose:    reads the other tenant's large object
-- Parameters: {{other_lo}} = its oid
-- Privileges: none is to suffice
SELECT pg_catalog.lo_get({{other_lo}})
