-- Purpose:    what pg_stat_statements counted, from 1.11 on, for our role's statements in our database
-- Parameters: {{schema}} = the extension's schema, quoted
-- Privileges: none; the texts of one's own statements are always seen
SELECT s.queryid,
       -- An INSERT of many rows is long, and its rows are alike.
       pg_catalog.left(s.query, 8000) AS query,
       s.calls,
       s.rows,
       s.total_exec_time       AS total_ms,
       s.shared_blks_hit       AS blocks_hit,
       s.shared_blks_read      AS blocks_read,
       s.wal_bytes::bigint     AS wal_bytes,
       (extract(epoch FROM s.stats_since) * 1000000)::bigint AS since_us
FROM {{schema}}.pg_stat_statements AS s
JOIN pg_catalog.pg_database AS d ON d.oid = s.dbid
JOIN pg_catalog.pg_roles AS r ON r.oid = s.userid
-- What a statement calls is within its own time.
WHERE d.datname = pg_catalog.current_database() AND r.rolname = current_user AND s.toplevel;
