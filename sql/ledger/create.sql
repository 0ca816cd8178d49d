-- Purpose:    the ledger: which runs there were, for which tenants, the state of each batch, and the queue
-- Parameters: none
-- Privileges: CREATE on the database
-- IF NOT EXISTS: a ledger of format 1, which knew no queue, or 2, which didn't know
-- when the last scan was submitted, gets what it lacks.
CREATE SCHEMA IF NOT EXISTS pgvalidate;
COMMENT ON SCHEMA pgvalidate IS 'pgvalidate ledger, format 3';
CREATE TABLE IF NOT EXISTS pgvalidate.run (
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
-- NULL for as long as more scans may be submitted.
ALTER TABLE pgvalidate.run ADD COLUMN IF NOT EXISTS submitted_at timestamptz;
CREATE TABLE IF NOT EXISTS pgvalidate.tenant (
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
CREATE TABLE IF NOT EXISTS pgvalidate.batch (
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
-- A tenant's import, entered with its batches in one transaction.
CREATE TABLE IF NOT EXISTS pgvalidate.scan (
    run_id         uuid        NOT NULL REFERENCES pgvalidate.run ON DELETE CASCADE,
    scan_no        integer     NOT NULL,
    tenant_no      integer     NOT NULL,
    first_batch_no integer     NOT NULL,
    batches        integer     NOT NULL,
    rows           bigint      NOT NULL,
    submitted_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run_id, scan_no)
);
-- What workers claim. Apart from batch, so that a run without a queue pays for
-- no further index.
CREATE TABLE IF NOT EXISTS pgvalidate.queue (
    run_id    uuid    NOT NULL REFERENCES pgvalidate.run ON DELETE CASCADE,
    batch_no  integer NOT NULL,
    tenant_no integer NOT NULL,
    rows      integer NOT NULL,
    PRIMARY KEY (run_id, batch_no)
);
-- Committed apart from the claim, which takes with it what it wrote when it is
-- rolled back.
CREATE TABLE IF NOT EXISTS pgvalidate.attempt (
    run_id     uuid        NOT NULL REFERENCES pgvalidate.run ON DELETE CASCADE,
    batch_no   integer     NOT NULL,
    attempt_no integer     NOT NULL,
    worker_no  integer     NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run_id, batch_no, attempt_no)
);
-- On which backend a worker claims, and when it was last heard of.
CREATE TABLE IF NOT EXISTS pgvalidate.worker (
    run_id           uuid        NOT NULL REFERENCES pgvalidate.run ON DELETE CASCADE,
    worker_no        integer     NOT NULL,
    pid              integer     NOT NULL,
    backend_start_us bigint      NOT NULL,
    heartbeat        timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run_id, worker_no)
) WITH (fillfactor = 50);
