-- RET-01: separations per 100 person-years at risk, of women and of men, by agency, country and agency type.
with exposure as (
    select
        agency_code,
        period_year,
        gender,
        count(distinct person_key) as n,
        {{ exact_sum('n_units') }} / max(n_units_per_year) as person_years
    from {{ ref('int_staff__person_year') }}
    where gender in ('woman', 'man')
    group by agency_code, period_year, gender
),

separations as (
    select agency_code, {{ year_of('event_date') }} as period_year, gender, count(*) as n_separations
    from {{ ref('fct_staff_event') }}
    where event_type = 'separation'
    group by 1, 2, 3
),

placed as (
    select
        exposure.*,
        coalesce(separations.n_separations, 0) as n_separations,
        {{ last_day_of_year('exposure.period_year') }} as period_date,
        agency.country_code,
        agency.agency_type,
        agency.provenance
    from exposure
    left join separations
        on exposure.agency_code = separations.agency_code
        and exposure.period_year = separations.period_year
        and exposure.gender = separations.gender
    inner join {{ ref('dim_agency') }} as agency
        on exposure.agency_code = agency.agency_code
        and {{ last_day_of_year('exposure.period_year') }} between agency.valid_from and agency.valid_to
),

cells as (
    select
        'agency_gender' as level, country_code, agency_code, agency_type, gender, provenance, period_year, period_date,
        n_separations, person_years, n
    from placed

    union all

    select
        'country_gender', country_code, 'all', 'all', gender, provenance, period_year, max(period_date),
        sum(n_separations), {{ exact_sum('person_years') }}, sum(n)
    from placed
    group by country_code, gender, provenance, period_year

    union all

    select
        'agency_type_gender', 'all', 'all', agency_type, gender, provenance, period_year, max(period_date),
        sum(n_separations), {{ exact_sum('person_years') }}, sum(n)
    from placed
    group by agency_type, gender, provenance, period_year
)

select
    'RET-01' as indicator_code,
    level,
    country_code,
    agency_code,
    agency_type,
    gender,
    'all' as grade_band,
    provenance,
    period_year,
    period_date,
    cast(n_separations as {{ dbt.type_float() }}) as numerator,
    person_years as denominator,
    cast(n as integer) as n,
    100 * n_separations / person_years as estimate,
    'events per person-time' as method
from cells
