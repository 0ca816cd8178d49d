-- Purpose:    copies a file of the server's into a table
-- Parameters: none
-- Privileges: none is to suffice
CREATE TEMPORARY TABLE isolation_lines (line text);
COPY isolation_lines FROM '/dev/null'
