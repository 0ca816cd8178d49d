-- Purpose:    whether this role may change the server's settings with ALTER SYSTEM, and who manages the server
-- Parameters: none
-- Privileges: none
-- The right is a setting's own: that of max_wal_size stands for all.
-- allow_alter_system is there from 17 on; NULL before.
SELECT pg_catalog.has_parameter_privilege('max_wal_size', 'ALTER SYSTEM')
           AND coalesce(pg_catalog.current_setting('allow_alter_system', true), 'on') = 'on' AS may_alter_system,
       (SELECT rolname::text FROM pg_catalog.pg_roles
        WHERE rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin', 'alloydbsuperuser')
        ORDER BY rolname LIMIT 1)                                              AS managed_by;
