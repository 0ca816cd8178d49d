-- Purpose:    the ledger: which runs there were, for which tenants, and the state of each batch
-- Parameters: none
-- Privileges: CREATE on the database
CREATE SCHEMA pgvalidate;
COMMENT ON SCHEMA pgvalidate IS 'pgvalidate ledger, format 1';
CREATE TABLE pgvalidate.run (
    run_id            uuid        PRIMARY KEY,
    scenario          text        NOT NULL,
    seed              text        NOT NULL,
    tool_version      text        NOT NULL,
    generator_version integer     NOT NULL,
    plan_hash         text        NOT NULL,
    table_name        text        NOT NULL,
    tenant_prefix     text        NOT NULL,
    started_at        timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE pgvalidate.tenant (
    run_id      uuid    NOT NULL REFERENCES pgvalidate.run ON DELETE CASCADE,
    tenant_no   integer NOT NULL,
    tenant_id   uuid    NOT NULL,
    schema_name text    NOT NULL,
    name        text    NOT NULL,
    region      text    NOT NULL,
    industry    text    NOT NULL,
    city        text    NOT NULL,
    PRIMARY KEY (run_id, tenant_no)
);
-- A batch's row is updated once, in the transaction that writes its rows; the
-- free space keeps that update on its page.
CREATE TABLE pgvalidate.batch (
    run_id     uuid        NOT NULL REFERENCES pgvalidate.run ON DELETE CASCADE,
    tenant_no  integer     NOT NULL,
    batch_no   integer     NOT NULL,
    rows       integer     NOT NULL,
    state      text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done')),
    digest     bytea       CHECK (octet_length(digest) = 16),
    attempts   integer     NOT NULL DEFAULT 0,
    flipped_at timestamptz,
    PRIMARY KEY (run_id, tenant_no, batch_no)
) WITH (fillfactor = 50);
