-- Purpose:    has the server load its configuration files, and says when it was asked to
-- Parameters: none
-- Privileges: superuser, or GRANT EXECUTE ON FUNCTION pg_catalog.pg_reload_conf()
-- A session that is opened after the files were loaded has a pg_conf_load_time()
-- that isn't earlier.
SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint AS asked_us,
       pg_catalog.pg_reload_conf()                                          AS sent;
