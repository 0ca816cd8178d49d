-- Purpose:    what comes close to a limit: connections, locks, autovacuum workers
-- Parameters: none
-- Privileges: pg_monitor for all but the locks; without it others' backends are not told apart
-- A statement of its own, so that a server which forbids it hides nothing else.
SELECT b.*,
       -- SIReadLock is in a table of its own.
       (SELECT pg_catalog.count(*)
        FROM pg_catalog.pg_locks
        WHERE NOT fastpath AND mode <> 'SIReadLock')          AS shared_locks,
       -- Null where there is no vacuum.
       (SELECT pg_catalog.max(index_vacuum_count)
        FROM pg_catalog.pg_stat_progress_vacuum)              AS index_passes,
       -- From 18 on there are never more than slots.
       least(pg_catalog.current_setting('autovacuum_max_workers')::bigint,
             pg_catalog.current_setting('autovacuum_worker_slots', true)::bigint) AS worker_limit
FROM (SELECT pg_catalog.count(*) FILTER (WHERE backend_type = 'client backend')    AS connections,
             -- Whoever asks is active, but for the asking alone.
             pg_catalog.count(*) FILTER (WHERE backend_type = 'client backend' AND state = 'active'
                                         AND pid <> pg_catalog.pg_backend_pid())   AS active,
             pg_catalog.count(*) FILTER (WHERE backend_type = 'autovacuum worker') AS workers,
             pg_catalog.count(*) FILTER (WHERE backend_type = 'autovacuum worker'
                                         AND wait_event = 'VacuumDelay')           AS delayed
      FROM pg_catalog.pg_stat_activity) AS b;
