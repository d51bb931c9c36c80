-- Survey indicators by agency, gender, grade band, country and type, with stratified Taylor standard errors; shares from 0 to 1.
{%- set keys = ['level', 'indicator_code', 'country_code', 'agency_code', 'agency_type', 'gender', 'grade_band', 'provenance', 'period_year'] %}
with strata as (
    select stratum, count(*) as n_stratum
    from {{ ref('int_survey__respondent') }}
    group by stratum
),

members as (
    {% for level, kept in survey_levels().items() %}
    select
        '{{ level }}' as level,
        indicator_code,
        {% for column in ['country_code', 'agency_code', 'agency_type', 'gender', 'grade_band'] %}
        {{ column if column in kept else "'all'" }} as {{ column }},
        {% endfor %}
        provenance,
        period_year,
        stratum,
        weight,
        y
    from {{ ref('ind_survey__person_score') }}
    {% if 'grade_band' in kept %}where grade_band is not null{% endif %}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

{{ domain_means('members', 'strata', keys) }}

select
    {{ keys | join(',\n    ') }},
    {{ last_day_of_year('period_year') }} as period_date,
    sum_weighted_y as numerator,
    sum_weight as denominator,
    cast(n as integer) as n,
    cast(round(sum_y) as integer) as n_positive,
    sum_weight,
    p as estimate,
    se,
    df,
    'stratified Taylor linearisation' as method
from domain_mean
