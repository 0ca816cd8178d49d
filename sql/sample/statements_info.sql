-- Purpose:    whether pg_stat_statements threw entries away, and when it was last reset
-- Parameters: {{schema}} = the extension's schema, quoted
-- Privileges: none
SELECT i.dealloc,
       (extract(epoch FROM i.stats_reset) * 1000000)::bigint AS reset_us
FROM {{schema}}.pg_stat_statements_info AS i;
