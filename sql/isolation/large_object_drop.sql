-- Purpose:    removes the other tenant's large object
-- Parameters: {{other_lo}} = its oid
-- Privileges: none is to suffice
SELECT pg_catalog.lo_unlink({{other_lo}})
