-- Purpose:    the schemas in which a tenant has something besides its table
-- Parameters: none
-- Privileges: none
SELECT n.nspname::text AS schema
FROM pg_catalog.pg_namespace n
WHERE EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid
              AND c.relname IN ('isolation_seq', 'isolation_view'))
   OR EXISTS (SELECT FROM pg_catalog.pg_proc p WHERE p.pronamespace = n.oid
              AND p.proname = 'isolation_count')
   OR EXISTS (SELECT FROM pg_catalog.pg_statistic_ext s WHERE s.stxnamespace = n.oid
              AND s.stxname = 'isolation_statistics')
