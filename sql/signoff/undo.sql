-- Purpose:    removes everything that runs of pgvalidate made in this database, all or nothing
-- Parameters: drop_tenant and drop_ledger, in double braces: the statements with which the
--             tool itself removes a tenant and the ledger
-- Privileges: owner of what is removed
-- Only schemas that carry the tool's mark are touched. Where something else
-- lies in one of them or depends on it, this fails and nothing is removed.
DO $undo$
DECLARE
    tenant text;
BEGIN
    FOR tenant IN
        SELECT nspname FROM pg_catalog.pg_namespace
        WHERE pg_catalog.obj_description(oid, 'pg_namespace') ~ '^pgvalidate tenant of run [0-9a-f-]{36}$'
        ORDER BY nspname
    LOOP
        EXECUTE replace($ddl${{drop_tenant}}$ddl$, '{{schema}}', quote_ident(tenant));
    END LOOP;
    IF EXISTS (SELECT FROM pg_catalog.pg_namespace
               WHERE nspname = 'pgvalidate'
                 AND pg_catalog.obj_description(oid, 'pg_namespace') LIKE 'pgvalidate ledger, format %')
    THEN
        EXECUTE $ddl${{drop_ledger}}$ddl$;
    END IF;
END
$undo$;
