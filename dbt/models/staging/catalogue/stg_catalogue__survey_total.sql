-- Totals that a survey's weights are brought to where no staff list gives them; without a grade band, the gender's whole staff.
select form, agency_code, gender, grade_band, n_population
from {{ source('raw', 'catalogue_survey_total') }}
