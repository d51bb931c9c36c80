-- People of each gender, and of each grade band, of agencies where the two are not known together.
select form, agency_code, margin, category, n_population
from {{ source('raw', 'catalogue_survey_margin') }}
