-- HAR-05: formal complaints of sexual harassment or discrimination per 1,000 person-years, in years that the agency's register covers.
with exposure as (
    select
        agency_code,
        period_year,
        count(distinct person_key) as n,
        {{ exact_sum('n_units') }} / max(n_units_per_year) as person_years
    from {{ ref('int_staff__person_year') }}
    where agency_code in (select agency_code from {{ ref('int_register__window') }} where register = 'complaints')
    group by agency_code, period_year
),

opened as (
    select agency_code, {{ year_of('opened_date') }} as period_year, count(*) as n_complaints
    from {{ ref('fct_complaint') }}
    where complaint_type in ('sexual_harassment', 'discrimination')
    group by 1, 2
),

placed as (
    select
        agency.country_code,
        exposure.agency_code,
        agency.agency_type,
        agency.provenance,
        exposure.period_year,
        {{ last_day_of_year('exposure.period_year') }} as period_date,
        coalesce(opened.n_complaints, 0) as n_complaints,
        exposure.person_years,
        exposure.n
    from exposure
    inner join {{ ref('int_register__window') }} as register
        on exposure.agency_code = register.agency_code and register.register = 'complaints'
        and register.observed_from <= {{ first_day('exposure.period_year') }}
        and register.observed_to >= {{ last_day_of_year('exposure.period_year') }}
    inner join {{ ref('dim_agency') }} as agency
        on exposure.agency_code = agency.agency_code
        and {{ last_day_of_year('exposure.period_year') }} between agency.valid_from and agency.valid_to
    left join opened on exposure.agency_code = opened.agency_code and exposure.period_year = opened.period_year
),

cells as (
    {{ rolled_up('placed', ['n_complaints', 'person_years', 'n']) }}
)

select
    'HAR-05' as indicator_code,
    {{ place_columns() }},
    n_complaints as numerator,
    person_years as denominator,
    cast(n as integer) as n,
    1000 * n_complaints / person_years as estimate,
    'events per person-time' as method
from cells
