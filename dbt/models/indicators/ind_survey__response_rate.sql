-- Respondents over staff (AAPOR's RR1) by survey and agency, and of its women and men where their number is known; and the design effect of weights.
with respondents as (
    select form, agency_code, period_year, gender, weight
    from {{ ref('int_survey__respondent') }}
),

counted as (
    select
        form,
        agency_code,
        period_year,
        'all' as gender,
        count(*) as n_respondents,
        count(*) * {{ exact_sum('weight * weight') }} / power({{ exact_sum('weight') }}, 2) as kish_deff
    from respondents
    group by form, agency_code, period_year

    union all

    select
        form,
        agency_code,
        period_year,
        gender,
        count(*) as n_respondents,
        count(*) * {{ exact_sum('weight * weight') }} / power({{ exact_sum('weight') }}, 2) as kish_deff
    from respondents
    where gender in ('woman', 'man')
    group by form, agency_code, period_year, gender
),

people as (
    select form, agency_code, period_year, gender, sum(n_population) as n_people
    from {{ ref('int_survey__population') }}
    group by form, agency_code, period_year, gender

    union all

    select counted.form, counted.agency_code, counted.period_year, counted.gender, margin.n_population
    from counted
    inner join {{ ref('stg_catalogue__survey_margin') }} as margin
        on counted.form = margin.form and counted.agency_code = margin.agency_code
        and margin.margin = 'gender' and counted.gender = margin.category

    union all

    select counted.form, counted.agency_code, counted.period_year, 'all', frame.n_population
    from counted
    inner join {{ ref('stg_catalogue__survey_frame') }} as frame
        on counted.form = frame.form and counted.agency_code = frame.agency_code
    where counted.gender = 'all'
)

select
    {{ row_key(['counted.form', 'counted.agency_code', 'counted.period_year', 'counted.gender']) }} as response_rate_id,
    counted.form,
    counted.agency_code,
    counted.period_year,
    counted.gender,
    cast(counted.n_respondents as integer) as n_respondents,
    people.n_people,
    100 * counted.n_respondents / people.n_people as response_rate_pct,
    cast(counted.kish_deff as {{ dbt.type_float() }}) as kish_deff
from counted
left join people
    on counted.form = people.form and counted.agency_code = people.agency_code and counted.period_year = people.period_year
    and counted.gender = people.gender
