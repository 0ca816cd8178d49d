-- Purpose:    whether ALTER SYSTEM is allowed, of some settings those that this role may not change
--             with it, and whether the server shows a managed service (15: it can be granted)
-- Parameters: $1 = names
-- Privileges: none
-- allow_alter_system is there from 17 on.
SELECT coalesce(pg_catalog.current_setting('allow_alter_system', true), 'on') = 'on' AS allowed,
       ARRAY(SELECT name
             FROM pg_catalog.unnest($1::text[]) AS name
             WHERE NOT pg_catalog.has_parameter_privilege(name, 'ALTER SYSTEM'))     AS lacking,
       (SELECT m.rolname::text
        FROM pg_catalog.pg_roles AS m
        WHERE m.rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin')
        ORDER BY m.rolname
        LIMIT 1)                                                                     AS managed_by;
