-- Cells of survey indicators: estimates in the unit of the catalogue, and what a reader needs to judge them: the response rate of an agency, or of
-- its women or men, the reliability of the items in the agency, and how many were willing to answer.
{%- set least_for_reliability = 30 %}
{%- set keys = ['level', 'indicator_code', 'country_code', 'agency_code', 'agency_type', 'gender', 'grade_band', 'provenance', 'period_year'] %}
-- Only the forms whose answers count for the indicator: another form that the same agency answered says nothing of it.
with asked as (
    select distinct indicator_code, form, agency_code, period_year
    from {{ ref('ind_survey__person_score') }}
),

response_rate as (
    select asked.indicator_code, rate.agency_code, rate.period_year, rate.gender, max(rate.response_rate_pct) as response_rate_pct
    from asked
    inner join {{ ref('ind_survey__response_rate') }} as rate
        on asked.form = rate.form and asked.agency_code = rate.agency_code and asked.period_year = rate.period_year
    group by asked.indicator_code, rate.agency_code, rate.period_year, rate.gender
),

reliability as (
    select indicator_code, agency_code, period_year, min(cronbach_alpha) as cronbach_alpha
    from {{ ref('ind_survey__reliability') }}
    -- Of fewer people alpha says little; of several agencies, it mixes how they differ with how the items hang together.
    where agency_code <> 'all' and n_fewest >= {{ least_for_reliability }}
    group by indicator_code, agency_code, period_year
)

select
    {{ keys_of('survey', keys) }},
    survey.breakdown,
    survey.breakdown_value,
    survey.period_date,
    survey.numerator,
    survey.denominator,
    survey.n,
    survey.n_positive,
    survey.sum_weight,
    case when indicator.statistic = 'share' then 100 else 1 end * survey.estimate as estimate,
    case when indicator.statistic = 'share' then 100 else 1 end * survey.se as se,
    survey.df,
    survey.method,
    response_rate.response_rate_pct,
    reliability.cronbach_alpha,
    opt_in.opt_in_pct
from {{ ref('ind_survey__estimate') }} as survey
inner join {{ ref('dim_indicator') }} as indicator on survey.indicator_code = indicator.indicator_code
left join response_rate
    on survey.indicator_code = response_rate.indicator_code and survey.agency_code = response_rate.agency_code
    and survey.period_year = response_rate.period_year
    and survey.gender = response_rate.gender and survey.level in ('agency', 'agency_gender')
left join reliability
    on survey.indicator_code = reliability.indicator_code and survey.period_year = reliability.period_year
    and survey.agency_code = reliability.agency_code
left join {{ ref('ind_survey__opt_in') }} as opt_in
    on survey.breakdown = 'none' and {{ same_keys('survey', 'opt_in', keys) }}
