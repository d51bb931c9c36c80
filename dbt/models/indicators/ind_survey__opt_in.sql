-- The share that was willing to answer, among the people whom the respondents stand for and who were asked. It is shown with the figure.
with asked as (
    select
        condition.indicator_code,
        indicator.is_sensitive,
        agency.country_code,
        respondent.agency_code,
        agency.agency_type,
        agency.provenance,
        respondent.gender,
        respondent.grade_band,
        respondent.period_year,
        respondent.weight,
        case when response.answer_code = condition.answer then 1 else 0 end as is_willing
    from {{ ref('stg_catalogue__indicator_condition') }} as condition
    inner join {{ ref('dim_indicator') }} as indicator on condition.indicator_code = indicator.indicator_code
    inner join {{ ref('fct_survey_response') }} as response on condition.item = response.item
    inner join {{ ref('int_survey__respondent') }} as respondent
        on response.form = respondent.form and response.submission_id = respondent.submission_id
    inner join {{ ref('dim_agency') }} as agency
        on respondent.agency_code = agency.agency_code
        and {{ last_day_of_year('respondent.period_year') }} between agency.valid_from and agency.valid_to
),

members as (
    {{ by_survey_level('asked', ['weight', 'is_willing']) }}
)

select
    level,
    indicator_code,
    country_code,
    agency_code,
    agency_type,
    gender,
    grade_band,
    provenance,
    period_year,
    100 * {{ exact_sum('weight * is_willing') }} / {{ exact_sum('weight') }} as opt_in_pct
from members
group by level, indicator_code, country_code, agency_code, agency_type, gender, grade_band, provenance, period_year
