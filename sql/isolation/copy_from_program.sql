-- Purpose:    runs a program on the server by COPY FROM
-- Parameters: none
-- Privileges: none is to suffice
CREATE TEMPORARY TABLE isolation_lines (line text);
COPY isolation_lines FROM PROGRAM 'true'
