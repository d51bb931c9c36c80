-- One row per declared wave of a survey form; a form without waves has one for each calendar year, and no row here.
select form, wave, first_day, last_day, period_year
from {{ source('raw', 'catalogue_survey_wave') }}
