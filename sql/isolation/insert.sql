-- Purpose:    inserts a row of the other tenant's
-- Parameters: {{other}} = the other tenant's table; {{other_id}} = its tenant_id
-- Privileges: none is to suffice
INSERT INTO {{other}}
    (batch_no, row_no, tenant_id, id, region, created_at, activity_name, pdpl_category,
     data_fields, purpose, legal_basis, retention_period, data_recipients)
VALUES (0, 0, {{other_id}}, pg_catalog.gen_random_uuid(), 'north', pg_catalog.now(), 'isolation',
        'isolation', '{}', 'isolation', 'isolation', 'isolation', '{}')
