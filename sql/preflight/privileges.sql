-- Purpose:    whether the role sees the statistics and settings of others, as pg_monitor grants it
-- Parameters: none
-- Privileges: none
SELECT pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')    AS reads_statistics,
       pg_catalog.pg_has_role(current_user, 'pg_read_all_settings', 'USAGE') AS reads_settings;
