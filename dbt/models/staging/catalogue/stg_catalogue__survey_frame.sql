-- How many people each agency of a survey stands for, where the form carries no weights.
select form, agency_code, n_population
from {{ source('raw', 'catalogue_survey_frame') }}
