-- Purpose:    roles whose stored password is an MD5 hash; the hash itself is not read
-- Parameters: none
-- Privileges: superuser, or GRANT SELECT ON pg_catalog.pg_authid
SELECT rolname::text AS role
FROM pg_catalog.pg_authid
WHERE rolcanlogin AND rolpassword LIKE 'md5%'
ORDER BY rolname;
