-- One row per promise ever made, withdrawn ones too, with who made it, where and under which framework.
select
    target, indicator_code, agency_code, country_code, target_value, due_year, made_by, made_date, source_text, framework, framework_label,
    withdrawn_date, withdrawn_why, withdrawn_document
from {{ source('raw', 'catalogue_promise') }}
