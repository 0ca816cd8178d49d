-- Purpose:    the roles that runs made, by mark and name; none of a run that goes on in another database
-- Parameters: $1 = a run's id; NULL for all runs
-- Privileges: none
SELECT r.rolname::text AS role, m.run_id
FROM pg_catalog.pg_roles r
JOIN pg_catalog.pg_shdescription d
  ON d.objoid = r.oid AND d.classoid = 'pg_catalog.pg_authid'::pg_catalog.regclass
CROSS JOIN LATERAL (SELECT substring(d.description
    FROM '^pgvalidate isolation role of run ([0-9a-f-]{36})$') AS run_id) m
WHERE m.run_id = coalesce($1, m.run_id)
  AND r.rolname ~ ('^pgv_isolation_' || pg_catalog.left(m.run_id, 8) || '_[0-9]+$')
  -- The lock that a run holds while it goes on: another database's can't be asked for.
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_locks l
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2
        AND l.database <> (SELECT oid FROM pg_catalog.pg_database
                           WHERE datname = pg_catalog.current_database())
        AND l.classid = x'7067766c'::int::oid
        AND l.objid::bigint = pg_catalog.hashtext(m.run_id)::bigint & 4294967295)
ORDER BY 1
