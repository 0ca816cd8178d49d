-- Purpose:    whether the role may use ALTER SYSTEM, and whether the server shows a managed service
-- Parameters: $1 = the settings
-- Privileges: none
-- Up to 14 only a superuser may, for whatever setting.
SELECT r.rolsuper AND $1::text[] IS NOT NULL      AS may_alter,
       (SELECT m.rolname::text
        FROM pg_catalog.pg_roles AS m
        WHERE m.rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin')
        ORDER BY m.rolname
        LIMIT 1)                                  AS managed_by
FROM pg_catalog.pg_roles AS r
WHERE r.rolname = current_user;
