-- Purpose:    the settings of the write path and of memory that a server has not by default, in their base units
-- Parameters: none
-- Privileges: none
-- Where a setting belongs is the server's own word for it. What ties a server to
-- its machine, its files, its standbys or its archive isn't in these categories.
SELECT name, reset_val AS value
FROM pg_catalog.pg_settings
WHERE source NOT IN ('default', 'override', 'client', 'session')
  AND reset_val IS DISTINCT FROM boot_val
  AND context <> 'internal'
  AND (category IN ('Write-Ahead Log / Settings', 'Write-Ahead Log / Checkpoints', 'Lock Management',
                    'Autovacuum', 'Resource Usage / Memory', 'Resource Usage / Disk',
                    'Resource Usage / Background Writer', 'Resource Usage / Cost-Based Vacuum Delay',
                    'Resource Usage / Asynchronous Behavior', 'Resource Usage / I/O',
                    'Resource Usage / Worker Processes',
                    'Client Connection Defaults / Statement Behavior')
       OR category LIKE 'Vacuuming%'
       OR category LIKE 'Statistics%'
       OR category LIKE 'Query Tuning%')
  AND name NOT IN ('search_path', 'default_tablespace', 'temp_tablespaces', 'stats_temp_directory',
                   'default_transaction_read_only', 'session_replication_role', 'wal_level', 'huge_pages',
                   'huge_page_size', 'shared_memory_type', 'dynamic_shared_memory_type',
                   'default_table_access_method', 'recovery_prefetch')
ORDER BY name;
