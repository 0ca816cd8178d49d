-- Purpose:    what pg_stat_statements 1.10 counted for the statements of our role and the writers' in our database
-- Parameters: {{schema}} = the extension's schema, quoted; $1 = the writers' role, or null
-- Privileges: none for one's own statements; pg_read_all_stats for the writers' texts and ids
SELECT r.rolname::text         AS role,
       s.queryid,
       -- An INSERT of many rows is long, and its rows are alike.
       pg_catalog.left(s.query, 8000) AS query,
       s.calls,
       s.rows,
       s.total_exec_time       AS total_ms,
       s.shared_blks_hit       AS blocks_hit,
       s.shared_blks_read      AS blocks_read,
       s.wal_bytes::bigint     AS wal_bytes,
       s.jit_functions         AS jit_functions,
       NULL::bigint            AS since_us
FROM {{schema}}.pg_stat_statements AS s
JOIN pg_catalog.pg_database AS d ON d.oid = s.dbid
JOIN pg_catalog.pg_roles AS r ON r.oid = s.userid
-- What a statement calls is within its own time.
WHERE d.datname = pg_catalog.current_database() AND r.rolname IN (current_user, $1::text) AND s.toplevel;
