-- Purpose:    the table of one tenant, or of all, without indexes and without anything that keeps tenants apart
-- Parameters: {{schema}} = the schema, quoted; {{key_type}} = the type of the primary key
-- Privileges: CREATE on the schema
CREATE TABLE {{schema}}.processing_activities (
    batch_no         integer     NOT NULL,
    row_no           integer     NOT NULL,
    tenant_id        uuid        NOT NULL,
    id               {{key_type}},
    region           text        NOT NULL,
    created_at       timestamptz NOT NULL,
    activity_name    text        NOT NULL,
    pdpl_category    text        NOT NULL,
    data_fields      text[]      NOT NULL,
    purpose          text        NOT NULL,
    legal_basis      text        NOT NULL,
    retention_period text        NOT NULL,
    data_recipients  text[]      NOT NULL,
    CONSTRAINT processing_activities_pkey PRIMARY KEY (id)
);
