-- Purpose:    names views that read the other tenant's table with their owner's rights
-- Parameters: {{other_oid}} = the other tenant's table
-- Privileges: none is to suffice
SELECT v.oid::pg_catalog.regclass::text AS view
FROM pg_catalog.pg_class v
JOIN pg_catalog.pg_rewrite r ON r.ev_class = v.oid
JOIN pg_catalog.pg_depend d
  ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid AND d.refobjid = {{other_oid}}
WHERE v.relkind IN ('v', 'm')
  AND NOT coalesce((SELECT o.option_value::boolean FROM pg_catalog.pg_options_to_table(v.reloptions) o
                    WHERE o.option_name = 'security_invoker'), false)
  AND pg_catalog.has_schema_privilege(v.relnamespace, 'USAGE')
  AND pg_catalog.has_any_column_privilege(v.oid, 'SELECT')
  AND v.relowner <> (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user)
GROUP BY v.oid
ORDER BY 1
