-- Purpose:    whether the role may use ALTER SYSTEM, and whether the server shows a managed service (15: it can be granted)
-- Parameters: $1 = the settings
-- Privileges: none
-- For one of the settings, at least; allow_alter_system is there from 17 on.
SELECT coalesce(pg_catalog.current_setting('allow_alter_system', true), 'on') = 'on'
       AND coalesce((SELECT pg_catalog.bool_or(pg_catalog.has_parameter_privilege(s.name, 'ALTER SYSTEM'))
                     FROM pg_catalog.pg_settings AS s
                     WHERE s.name = ANY ($1::text[]) AND s.context <> 'internal'), false) AS may_alter,
       (SELECT m.rolname::text
        FROM pg_catalog.pg_roles AS m
        WHERE m.rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin')
        ORDER BY m.rolname
        LIMIT 1)                                  AS managed_by;
