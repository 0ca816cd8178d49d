-- Purpose:    whether a role can be the writers' where tenants share a table: row-level security must hold for it
-- Parameters: $1 = the role
-- Privileges: none
SELECT current_user::text AS role,
       rolname::text      AS writer,
       rolsuper           AS is_superuser,
       rolbypassrls       AS bypasses,
       -- we own the table: whoever has our privileges, or can take them, is its owner too
       pg_catalog.pg_has_role(oid, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user), 'MEMBER') AS is_owner,
       -- SET ROLE: before 16 a member may
       pg_catalog.pg_has_role(oid, 'MEMBER') AS may_be_set
FROM pg_catalog.pg_roles
WHERE rolname = $1::text;
