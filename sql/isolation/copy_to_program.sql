-- Purpose:    runs a program on the server by COPY TO
-- Parameters: none
-- Privileges: none is to suffice
COPY (SELECT 1) TO PROGRAM 'cat >/dev/null'
