-- One row per survey form, year and provenance with respondents who count: the wave that its figures of that year are of.
select
    respondent.form,
    respondent.period_year,
    agency.provenance,
    coalesce(wave.wave, cast(respondent.period_year as {{ dbt.type_string() }})) as wave,
    coalesce(wave.last_day, {{ last_day_of_year('respondent.period_year') }}) as last_day,
    cast(count(*) as integer) as n_respondents
from {{ ref('int_survey__respondent') }} as respondent
inner join {{ ref('dim_agency') }} as agency
    on respondent.agency_code = agency.agency_code
    and {{ last_day_of_year('respondent.period_year') }} between agency.valid_from and agency.valid_to
left join {{ ref('stg_catalogue__survey_wave') }} as wave
    on respondent.form = wave.form and respondent.period_year = wave.period_year
group by respondent.form, respondent.period_year, agency.provenance, wave.wave, wave.last_day
