-- Purpose:    what a new session has of some settings, what postgresql.auto.conf says of them,
--             and when the server last loaded its files
-- Parameters: $1 = names, in lower case
-- Privileges: superuser, or GRANT SELECT ON pg_catalog.pg_file_settings and
--             GRANT EXECUTE ON FUNCTION pg_catalog.pg_show_all_file_settings()
-- Of several lines for a setting the last one counts.
WITH file AS (
    SELECT DISTINCT ON (lower(name)) lower(name) AS name, setting, error
    FROM pg_catalog.pg_file_settings
    WHERE sourcefile ~ '(^|/)postgresql\.auto\.conf$'
    ORDER BY lower(name), seqno DESC
)
SELECT coalesce(s.name, wanted.name)                         AS name,
       s.context,
       s.source,
       pg_catalog.current_setting(s.name)                    AS in_effect,
       file.setting                                          AS stands,
       file.error                                            AS complaint,
       (extract(epoch FROM pg_catalog.pg_conf_load_time()) * 1000000)::bigint AS loaded_us
FROM pg_catalog.unnest($1::text[]) WITH ORDINALITY AS wanted (name, no)
LEFT JOIN pg_catalog.pg_settings AS s ON lower(s.name) = wanted.name
LEFT JOIN file ON file.name = wanted.name
ORDER BY wanted.no;
