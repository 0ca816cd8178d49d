-- Purpose:    where new tables and WAL will lie
-- Parameters: none
-- Privileges: pg_read_all_settings (in pg_monitor) for the data directory; without it that is NULL
SELECT (SELECT setting FROM pg_catalog.pg_settings WHERE name = 'data_directory') AS data_directory,
       -- empty for a tablespace within the data directory
       pg_catalog.pg_tablespace_location(coalesce(
         (SELECT t.oid FROM pg_catalog.pg_tablespace AS t
          WHERE t.spcname = nullif(current_setting('default_tablespace'), '')),
         d.dattablespace)) AS tablespace,
       extract(epoch FROM pg_catalog.pg_postmaster_start_time())::float8 AS started_s
FROM pg_catalog.pg_database AS d
WHERE d.datname = current_database();
