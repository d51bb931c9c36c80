-- Survey indicators by agency, gender, grade band, country and type, and gaps between women and men; shares from 0 to 1, means from 1 to 5.
{%- set keys = ['level', 'indicator_code', 'country_code', 'agency_code', 'agency_type', 'gender', 'grade_band', 'breakdown', 'breakdown_value',
             'provenance', 'period_year'] %}
with poststrata as (
    select
        stratum,
        poststratum,
        is_poststratified,
        collapse_step = 'raked' as is_raked,
        max(case when collapse_step = 'raked' then gender end) as gender,
        max(case when collapse_step = 'raked' then grade_band end) as grade_band,
        count(*) as n,
        {{ exact_sum('weight') }} as sum_w,
        {{ exact_sum('weight * weight') }} as sum_w2
    from {{ ref('int_survey__respondent') }}
    group by stratum, poststratum, is_poststratified, collapse_step = 'raked'
),

-- Answers take few values and weights few more: respondents who are alike are counted first, so that the levels are not as long as all of them.
{%- set alike = ['indicator_code', 'country_code', 'agency_code', 'agency_type', 'gender', 'grade_band', 'breakdown', 'breakdown_value', 'provenance',
                 'period_year', 'is_sensitive', 'stratum', 'poststratum', 'weight', 'y'] %}
tally as (
    select {{ alike | join(', ') }}, count(*) as n_alike
    from {{ ref('ind_survey__person_score') }}
    group by {{ alike | join(', ') }}
),

members as (
    {{ by_survey_level('tally', ['stratum', 'poststratum', 'weight', 'y', 'n_alike'], has_breakdown=true) }}
),

{{ domain_means('members', 'poststrata', keys) }}

select
    {{ keys_of('domain_mean', keys) }},
    {{ last_day_of_year('domain_mean.period_year') }} as period_date,
    domain_mean.sum_weighted_y as numerator,
    domain_mean.sum_weight as denominator,
    cast(domain_mean.n as integer) as n,
    -- Halves count up, whatever the last digit of the sum: engines round them differently.
    case when indicator.statistic = 'share' then cast(floor(domain_mean.sum_y + 0.5 + 1e-9) as integer) end as n_positive,
    domain_mean.sum_weight,
    domain_mean.p as estimate,
    domain_mean.se,
    domain_mean.df,
    case when indicator.statistic = 'share' then 'stratified Taylor linearisation' else 'mean; stratified Taylor linearisation' end as method
from domain_mean
inner join {{ ref('dim_indicator') }} as indicator on domain_mean.indicator_code = indicator.indicator_code
