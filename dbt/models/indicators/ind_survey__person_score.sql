-- One row per respondent who counts for a survey indicator, with the mean score of their answers to its items, or 1 where any answer scores 1.
{{ config(post_hook='{{ analyze() }}') }}
with scores as (
    select
        response.form,
        response.submission_id,
        scored.indicator_code,
        case when indicator.score = 'any' then max(scored.answer_score) else avg(scored.answer_score) end as y
    from {{ ref('fct_survey_response') }} as response
    inner join {{ ref('stg_catalogue__indicator_answer') }} as scored
        on response.item = scored.item and response.answer_code = scored.answer
    inner join {{ ref('dim_indicator') }} as indicator on scored.indicator_code = indicator.indicator_code
    group by response.form, response.submission_id, scored.indicator_code, indicator.score, indicator.answered_at_least
    -- Where one item is enough, one that counts says it, however few others were answered; that none counts takes more of them.
    having count(*) >= indicator.answered_at_least or (indicator.score = 'any' and max(scored.answer_score) = 1)
),

required as (
    select indicator_code, count(*) as n_conditions
    from {{ ref('stg_catalogue__indicator_condition') }}
    group by indicator_code
),

fulfilled as (
    select indicator_code, form, submission_id, count(*) as n_conditions
    from (
        select condition.indicator_code, response.form, response.submission_id
        from {{ ref('stg_catalogue__indicator_condition') }} as condition
        inner join {{ ref('fct_survey_response') }} as response
            on condition.item = response.item and condition.answer = response.answer_code

        union all

        select condition.indicator_code, scores.form, scores.submission_id
        from {{ ref('stg_catalogue__indicator_condition') }} as condition
        inner join scores on condition.among_indicator = scores.indicator_code and scores.y = 1
    ) as one_by_one
    group by indicator_code, form, submission_id
)

select
    {{ row_key(['scores.form', 'scores.submission_id', 'scores.indicator_code']) }} as score_id,
    scores.indicator_code,
    indicator.is_sensitive,
    scores.form,
    scores.submission_id,
    agency.country_code,
    respondent.agency_code,
    agency.agency_type,
    agency.provenance,
    respondent.gender,
    respondent.grade_band,
    respondent_breakdown.breakdown,
    case respondent_breakdown.answer
        {% for answer in ['tenure_band', 'border_post', 'caring'] -%}
        when '{{ answer }}' then nullif(nullif(respondent.{{ answer }}, 'not_stated'), 'pnts')
        {% endfor %}
    end as breakdown_value,
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
inner join {{ ref('dim_indicator') }} as indicator on scores.indicator_code = indicator.indicator_code
left join {{ ref('stg_catalogue__indicator_breakdown') }} as respondent_breakdown
    on scores.indicator_code = respondent_breakdown.indicator_code and respondent_breakdown.answer is not null
left join required on scores.indicator_code = required.indicator_code
left join fulfilled
    on scores.indicator_code = fulfilled.indicator_code and scores.form = fulfilled.form and scores.submission_id = fulfilled.submission_id
where coalesce(fulfilled.n_conditions, 0) = coalesce(required.n_conditions, 0)
