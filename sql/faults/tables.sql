-- Purpose:    the tables of a schema, quoted for SQL
-- Parameters: $1 = the schema's name
-- Privileges: none
SELECT pg_catalog.format('%I.%I', namespace.nspname, class.relname)
FROM pg_catalog.pg_class AS class
JOIN pg_catalog.pg_namespace AS namespace ON namespace.oid = class.relnamespace
WHERE namespace.nspname = $1
  AND class.relkind IN ('r', 'p')
ORDER BY class.relname;
