-- One row per respondent and survey indicator: of the items validly answered, the share with one of the two most favourable answers, or the mean.
{{ config(post_hook='{{ analyze() }}') }}
with scores as (
    select
        response.form,
        response.submission_id,
        item.indicator_code,
        avg(
            case
                when indicator.statistic = 'mean' and item.is_reversed then 6 - response.answer_value
                when indicator.statistic = 'mean' then response.answer_value
                when item.is_reversed then cast(response.answer_value <= 2 as integer)
                else cast(response.answer_value >= 4 as integer)
            end
        ) as y
    from {{ ref('fct_survey_response') }} as response
    inner join {{ ref('stg_catalogue__indicator_item') }} as item on response.item = item.item
    inner join {{ ref('dim_indicator') }} as indicator
        on item.indicator_code = indicator.indicator_code and indicator.source = 'survey'
    where response.is_valid
    group by response.form, response.submission_id, item.indicator_code
)

select
    {{ row_key(['scores.form', 'scores.submission_id', 'scores.indicator_code']) }} as score_id,
    scores.indicator_code,
    scores.form,
    scores.submission_id,
    agency.country_code,
    respondent.agency_code,
    agency.agency_type,
    agency.provenance,
    respondent.gender,
    respondent.grade_band,
    respondent.period_year,
    respondent.stratum,
    respondent.poststratum,
    respondent.weight,
    cast(scores.y as {{ dbt.type_float() }}) as y
from scores
inner join {{ ref('int_survey__respondent') }} as respondent
    on scores.form = respondent.form and scores.submission_id = respondent.submission_id
inner join {{ ref('dim_agency') }} as agency
    on respondent.agency_code = agency.agency_code
    and {{ last_day_of_year('respondent.period_year') }} between agency.valid_from and agency.valid_to
