-- Purpose:    whether ALTER SYSTEM is allowed, of some settings those that this role may not change
--             with it, and whether the server shows a managed service
-- Parameters: $1 = names
-- Privileges: none
-- Up to 14 only a superuser may, for whatever setting. A managed service is told by the role
-- that its superusers are members of.
SELECT true                                                                    AS allowed,
       CASE WHEN r.rolsuper THEN ARRAY[]::text[] ELSE $1::text[] END           AS lacking,
       (SELECT m.rolname::text
        FROM pg_catalog.pg_roles AS m
        WHERE m.rolname IN ('rds_superuser', 'cloudsqlsuperuser', 'alloydbsuperuser', 'azure_pg_admin')
        ORDER BY m.rolname
        LIMIT 1)                                                               AS managed_by
FROM pg_catalog.pg_roles AS r
WHERE r.rolname = current_user;
