-- Purpose:    the table of a run's tenants with the most rows inserted since its last vacuum (18: frozen pages count less)
-- Parameters: $1 = run_id, $2 = the table's name
-- Privileges: SELECT on pgvalidate.tenant
SELECT s.schemaname || '.' || s.relname     AS "table",
       s.n_ins_since_vacuum                 AS inserted,
       -- Below 0: nobody has counted yet.
       CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END AS rows,
       -- As autovacuum has it (relation_needs_vacanalyze).
       CASE WHEN c.relpages > 0 AND c.relallfrozen > 0
            THEN 1 - least(c.relallfrozen, c.relpages)::double precision / c.relpages
            ELSE 1 END                      AS unfrozen_share,
       s.autovacuum_count                   AS autovacuums
FROM (
    SELECT DISTINCT schema_name
    FROM pgvalidate.tenant
    -- The baseline's table is no part of the load.
    WHERE run_id = $1 AND tenant_no > 0
) AS t
JOIN pg_catalog.pg_namespace AS n ON n.nspname = t.schema_name
JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = $2
JOIN pg_catalog.pg_stat_user_tables AS s ON s.relid = c.oid
ORDER BY s.n_ins_since_vacuum DESC, 1
LIMIT 1;
