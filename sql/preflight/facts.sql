-- Purpose:    what must be known of the target before the first write
-- Parameters: none
-- Privileges: none
SELECT current_setting('server_version_num')::int            AS version_num,
       current_setting('server_version')                     AS version,
       pg_catalog.pg_is_in_recovery()                        AS in_recovery,
       current_setting('transaction_read_only') = 'on'       AS read_only,
       current_database()::text                              AS database,
       current_user::text                                    AS role,
       pg_catalog.has_database_privilege(current_database(), 'CREATE') AS may_create,
       current_setting('server_encoding')                    AS encoding,
       least(
         current_setting('max_connections')::int
           - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true)::int, 0)
           - (SELECT coalesce(sum(numbackends), 0)::int FROM pg_catalog.pg_stat_database),
         -- limits of the database and of the role, -1 where there is none
         (SELECT nullif(datconnlimit, -1) - pg_catalog.pg_stat_get_db_numbackends(oid)
          FROM pg_catalog.pg_database WHERE datname = current_database()),
         (SELECT nullif(rolconnlimit, -1) - (SELECT count(*)::int FROM pg_catalog.pg_stat_activity
                                             WHERE usename = current_user)
          FROM pg_catalog.pg_roles WHERE rolname = current_user AND NOT rolsuper))
                                                             AS free_connections,
       -- a standby's row is seen without any privilege, but not what it is:
       -- null where there is one and it may be the one that commits wait for
       CASE
         WHEN current_setting('synchronous_standby_names') = ''
           OR current_setting('synchronous_commit') IN ('off', 'local') THEN false
         WHEN EXISTS (SELECT FROM pg_catalog.pg_stat_replication
                      WHERE sync_state IN ('sync', 'quorum')) THEN false
         WHEN EXISTS (SELECT FROM pg_catalog.pg_stat_replication WHERE sync_state IS NULL) THEN NULL
         ELSE true
       END                                                   AS waits_in_vain,
       current_setting('synchronous_standby_names')          AS standby_names,
       ARRAY(SELECT pubname::text FROM pg_catalog.pg_publication WHERE puballtables)
                                                             AS all_tables_publications,
       ARRAY(SELECT evtname::text FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D')
                                                             AS event_triggers,
       -- not in pg_settings where the library isn't loaded
       (SELECT setting::int FROM pg_catalog.pg_settings WHERE name = 'pg_stat_statements.max')
                                                             AS statements_max;
