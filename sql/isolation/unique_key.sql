-- Purpose:    learns from a unique key that the other tenant has a row
-- Parameters: {{other}} = the other tenant's table; {{other_row}} = the id of a row in it; {{own_id}}
-- Privileges: none is to suffice
INSERT INTO {{other}}
    (batch_no, row_no, tenant_id, id, region, created_at, activity_name, pdpl_category,
     data_fields, purpose, legal_basis, retention_period, data_recipients)
VALUES (0, 0, {{own_id}}, {{other_row}}, 'north', pg_catalog.now(), 'isolation',
        'isolation', '{}', 'isolation', 'isolation', 'isolation', '{}')
