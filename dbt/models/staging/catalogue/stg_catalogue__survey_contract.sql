-- One row per survey form: where its weights come from, and its year where that is fixed.
select form, weight_kind, period_year, poststratify, reference_date
from {{ source('raw', 'catalogue_survey_contract') }}
