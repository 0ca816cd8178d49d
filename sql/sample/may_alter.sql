-- Purpose:    whether this role may change the server's settings with ALTER SYSTEM, and who manages the server
-- Parameters: none
-- Privileges: none
-- Before 15 superusers alone may. A managed service is told by the role that its
-- superusers are members of.
SELECT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS may_alter_system,
       (SELECT rolname::text FROM pg_catalog.pg_roles
        WHERE rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'azure_pg_admin', 'alloydbsuperuser')
        ORDER BY rolname LIMIT 1)                                              AS managed_by;
