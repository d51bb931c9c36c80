-- Every indicator, one row per cell, in the units of the catalogue, before disclosure control; and what cannot be computed, with the reason.
{%- set keys = ['indicator_code', 'level', 'country_code', 'agency_code', 'agency_type', 'gender', 'grade_band', 'breakdown', 'breakdown_value',
                'provenance', 'period_year', 'period_date'] %}
{%- set staff_models = ['ind_hr__women_share', 'ind_hr__women_share_command', 'ind_hr__women_share_middle', 'ind_hr__women_share_hires',
                        'ind_hr__unknown_sex', 'ind_hr__separation_rate', 'ind_hr__women_share_posts',
                        'ind_hr__women_share_counter_trafficking', 'ind_hr__victim_training', 'ind_hr__complaint_rate',
                        'ind_hr__complaint_closing', 'ind_hr__women_share_applicants', 'ind_hr__data_completeness', 'ind_hr__resignation_rate', 'ind_hr__share_by',
                        'ind_hr__rate_by'] %}
{#- Figures that compare women with men, and what each knows besides. -#}
{%- set comparisons = {
    'ind_hr__rank_segregation': ['expected_value'],
    'ind_hr__function_segregation': ['expected_value'],
    'ind_hr__glass_ceiling': ['unavailable_reason'],
    'ind_hr__separation_ratio': ['se_log', 'expected_value', 'unavailable_reason'],
    'ind_hr__promotion_ratio': ['se_log', 'unavailable_reason'],
    'ind_hr__pay_gap': ['expected_value'],
    'ind_hr__operational_ratio': ['unavailable_reason'],
    'ind_hr__training_ratio': ['unavailable_reason'],
    'ind_hr__selection_ratio': ['se_log', 'women_count', 'women_base', 'men_count', 'men_base', 'unavailable_reason'],
    'ind_hr__representation_ratio': [],
    'ind_victim__gap': ['bound_low', 'bound_high'],
    'ind_victim__rate': ['bound_low', 'bound_high'],
    'ind_victim__known': ['bound_low', 'bound_high'],
    'ind_hr__years_to_target': ['expected_value', 'unavailable_reason'],
    'ind_hr__retention': ['se', 'se_log'],
    'ind_hr__time_to_promotion': ['bound_low', 'bound_high', 'expected_value', 'unavailable_reason']
} %}
{#- Figures that are also broken down; of all others the breakdown is none. -#}
{%- set broken_down = ['ind_hr__share_by', 'ind_hr__rate_by', 'ind_hr__promotion_ratio', 'ind_hr__training_ratio', 'ind_hr__separation_ratio',
                       'ind_victim__rate', 'ind_fact__post'] %}
{%- set whole = {'breakdown': "'none' as breakdown", 'breakdown_value': "'all' as breakdown_value"} %}
{%- set key_list = keys | join(', ') %}
{%- set whole_list = key_list | replace('breakdown, breakdown_value', whole.values() | join(', ')) %}
{%- set fact_models = ['ind_fact__policy', 'ind_fact__post'] %}
{%- set four_counts = ['women_count', 'women_base', 'men_count', 'men_base'] %}
{%- set floats = ['se_log', 'bound_low', 'bound_high', 'expected_value'] + four_counts %}
with staff as (
    {% for model in staff_models %}
    select {{ key_list if model in broken_down else whole_list }}, numerator, denominator, n, estimate, method
    from {{ ref(model) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

compared as (
    {% for model, known in comparisons.items() %}
    select
        {{ key_list if model in broken_down else whole_list }}, n, estimate, method, n_least, count_least,
        {% for column in ['se'] + floats %}{{ column if column in known else 'cast(null as ' ~ dbt.type_float() ~ ')' }} as {{ column }}, {% endfor %}
        {{ 'unavailable_reason' if 'unavailable_reason' in known else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as unavailable_reason
    from {{ ref(model) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

facts as (
    {% for model in fact_models %}
    select
        {{ key_list if model in broken_down else whole_list }}, numerator, denominator, n, base_unit, n_unknown, estimate, expected_value, method,
        unavailable_reason
    from {{ ref(model) }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
),

response_rate as (
    select agency_code, period_year, gender, max(response_rate_pct) as response_rate_pct
    from {{ ref('ind_survey__response_rate') }}
    group by agency_code, period_year, gender
),

reliability as (
    select indicator_code, period_year, min(cronbach_alpha) as cronbach_alpha
    from {{ ref('ind_survey__reliability') }}
    group by indicator_code, period_year
),

survey as (
    select
        {% for key in keys %}survey.{{ key }}, {% endfor %}
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
        on survey.agency_code = response_rate.agency_code and survey.period_year = response_rate.period_year
        and survey.gender = response_rate.gender and survey.level in ('agency', 'agency_gender')
    left join reliability
        on survey.indicator_code = reliability.indicator_code and survey.period_year = reliability.period_year
    left join {{ ref('ind_survey__opt_in') }} as opt_in
        on survey.level = opt_in.level and survey.indicator_code = opt_in.indicator_code and survey.country_code = opt_in.country_code
        and survey.agency_code = opt_in.agency_code and survey.agency_type = opt_in.agency_type and survey.gender = opt_in.gender
        and survey.grade_band = opt_in.grade_band and survey.breakdown = 'none' and survey.provenance = opt_in.provenance and survey.period_year = opt_in.period_year
),

cells as (
    select
        {{ key_list }}, numerator, denominator, n,
        cast(null as integer) as n_positive,
        cast(null as {{ dbt.type_float() }}) as sum_weight,
        estimate,
        cast(null as {{ dbt.type_float() }}) as se,
        cast(null as integer) as df,
        method,
        cast(null as {{ dbt.type_float() }}) as response_rate_pct,
        cast(null as {{ dbt.type_float() }}) as cronbach_alpha,
        cast(null as {{ dbt.type_float() }}) as opt_in_pct,
        cast(null as integer) as n_least,
        cast(null as integer) as count_least,
        {% for column in floats %}cast(null as {{ dbt.type_float() }}) as {{ column }}, {% endfor %}
        cast(null as {{ dbt.type_string() }}) as base_unit,
        cast(null as integer) as n_unknown,
        cast(null as {{ dbt.type_string() }}) as unavailable_reason
    from staff

    union all

    select
        {{ key_list }}, numerator, denominator, n, n_positive, sum_weight, estimate, se, df, method, response_rate_pct,
        cronbach_alpha, opt_in_pct, null, null, {% for column in floats %}null, {% endfor %}null, null, null
    from survey

    union all

    select
        {{ key_list }}, null, null, n, null, null, estimate, se, null, method, null, null, null, n_least, count_least,
        {{ floats | join(', ') }}, null, null, unavailable_reason
    from compared

    union all

    select
        {{ key_list }}, numerator, denominator, n, null, null, estimate, null, null, method, null, null, null, null, null,
        {% for column in floats %}{{ column if column == 'expected_value' else 'null' }}, {% endfor %}base_unit, n_unknown, unavailable_reason
    from facts
),

-- Of each agency that sends anything, the newest year: what the catalogue asks for and the agency has no cell of.
newest as (
    select agency_code, country_code, agency_type, provenance, max(period_year) as period_year
    from cells
    where level = 'agency'
    group by agency_code, country_code, agency_type, provenance
),

missing as (
    select
        indicator.indicator_code,
        'agency' as level,
        newest.country_code,
        newest.agency_code,
        newest.agency_type,
        'all' as gender,
        'all' as grade_band,
        'none' as breakdown,
        'all' as breakdown_value,
        newest.provenance,
        newest.period_year,
        {{ last_day_of_year('newest.period_year') }} as period_date,
        {{ dbt.concat(["'not available: needs '", "indicator.needs_text"]) }} as unavailable_reason
    from newest
    cross join {{ ref('dim_indicator') }} as indicator
    where not exists (
        select 1 from cells
        where cells.indicator_code = indicator.indicator_code
            and (cells.agency_code = newest.agency_code
                or ((indicator.source in ('external', 'external+hr') or indicator.is_sensitive)
                    and cells.agency_code = 'all' and cells.country_code = newest.country_code))
    )
),

-- Of what is there: the breakdowns that the catalogue asks for and the source does not carry.
not_broken_down as (
    select
        whole.indicator_code,
        'agency_breakdown' as level,
        whole.country_code,
        whole.agency_code,
        whole.agency_type,
        'all' as gender,
        'all' as grade_band,
        asked.breakdown,
        'all' as breakdown_value,
        whole.provenance,
        whole.period_year,
        {{ last_day_of_year('whole.period_year') }} as period_date,
        {{ dbt.concat(["'not available: needs '", "asked.needs_text"]) }} as unavailable_reason
    from {{ ref('stg_catalogue__indicator_breakdown') }} as asked
    inner join (
        select indicator_code, country_code, agency_code, agency_type, provenance, max(period_year) as period_year
        from cells
        where level in ('agency', 'agency_gender')
        group by indicator_code, country_code, agency_code, agency_type, provenance
    ) as whole on asked.indicator_code = whole.indicator_code
    where asked.breakdown not in ('sex', 'grade_band', 'year') and not exists (
        select 1 from cells
        where cells.indicator_code = whole.indicator_code and cells.agency_code = whole.agency_code
            and cells.breakdown = asked.breakdown
    )
),

every_cell as (
    select * from cells

    union all

    select
        {{ key_list }}, null, null, 0, null, null, null, null, null, 'none', null, null, null, null, null,
        {% for column in floats %}null, {% endfor %}null, null, unavailable_reason
    from missing

    union all

    select
        {{ key_list }}, null, null, 0, null, null, null, null, null, 'none', null, null, null, null, null,
        {% for column in floats %}null, {% endfor %}null, null, unavailable_reason
    from not_broken_down
)

select
    {{ row_key(['cells.indicator_code', 'cells.country_code', 'cells.agency_code', 'cells.agency_type', 'cells.gender',
                'cells.grade_band', 'cells.breakdown', 'cells.breakdown_value', 'cells.period_year', 'cells.provenance']) }} as cell_id,
    cells.indicator_code,
    cells.level,
    cells.country_code,
    cells.agency_code,
    cells.agency_type,
    cells.gender,
    cells.grade_band,
    cells.breakdown,
    cells.breakdown_value,
    cells.period_year,
    cells.period_date,
    cells.numerator,
    cells.denominator,
    cells.n,
    cells.n_positive,
    cells.sum_weight,
    cells.estimate,
    cells.se,
    cells.df,
    cells.method,
    cells.response_rate_pct,
    cells.cronbach_alpha,
    cells.opt_in_pct,
    cells.n_least,
    cells.count_least,
    {% for column in floats %}cells.{{ column }},
    {% endfor -%}
    cells.base_unit,
    cells.n_unknown,
    cells.unavailable_reason,
    indicator.catalogue_version,
    cells.provenance
from every_cell as cells
inner join {{ ref('dim_indicator') }} as indicator on cells.indicator_code = indicator.indicator_code
