-- Purpose:    ends one backend of ours, and no other that was given its pid since
-- Parameters: $1 = pid (int4), $2 = backend_start in microseconds since 1970 (int8)
-- Privileges: the backend's own role, or pg_signal_backend
SELECT pg_catalog.pg_terminate_backend(pid)
FROM pg_catalog.pg_stat_activity
WHERE pid = $1
  AND (extract(epoch FROM backend_start) * 1000000)::bigint = $2;
