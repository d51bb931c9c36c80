-- VIC-02: detected victims of trafficking per 100,000 people of the country, of all, of women and of men, by age and form of exploitation,
-- with bounds where counts are suppressed at the source. All holds those of unknown sex. Only of countries with an agency that sent anything; the provenance is that of the agency.
with people as (
    select country_code, period_year, gender, n_people
    from {{ ref('fct_population') }}
    where age_group = 'all'

    union all

    select country_code, period_year, 'all' as gender, {{ exact_sum('n_people') }}
    from {{ ref('fct_population') }}
    where age_group = 'all'
    group by country_code, period_year
    having count(*) = 2
),

agencies as (
    select distinct country_code, provenance
    from {{ ref('dim_agency') }}
    where agency_code in (
        select agency_code from {{ ref('ind_hr__year_end_stock') }} union select agency_code from {{ ref('int_survey__respondent') }}
    )
),

victims as (
    select
        country_code, period_year, gender, n_low, n_high,
        case when breakdown = 'none' and age_group <> 'all' then 'age_group' else breakdown end as breakdown,
        case when breakdown = 'none' then age_group else breakdown_value end as breakdown_value
    from {{ ref('fct_trafficking') }}
    where measure = 'victims_detected' and age_group in ('all', 'child', 'adult')
        and (breakdown = 'none' or (breakdown = 'exploitation' and age_group = 'all'))
)

select
    'VIC-02' as indicator_code,
    case
        when victims.breakdown <> 'none' then 'country_breakdown'
        when victims.gender = 'all' then 'country'
        else 'country_gender'
    end as level,
    victims.country_code,
    'all' as agency_code,
    'all' as agency_type,
    victims.gender,
    'all' as grade_band,
    victims.breakdown,
    victims.breakdown_value,
    agencies.provenance,
    victims.period_year,
    {{ last_day_of_year('victims.period_year') }} as period_date,
    cast(people.n_people as integer) as n,
    100000 * (victims.n_low + victims.n_high) / 2 / people.n_people as estimate,
    cast(people.n_people as integer) as n_least,
    cast(null as integer) as count_least,
    case when victims.n_low < victims.n_high then 100000 * victims.n_low / people.n_people end as bound_low,
    case when victims.n_low < victims.n_high then 100000 * victims.n_high / people.n_people end as bound_high,
    'detected victims over population; bounds of suppressed counts' as method
from victims
inner join people
    on victims.country_code = people.country_code and victims.period_year = people.period_year and victims.gender = people.gender
inner join agencies on victims.country_code = agencies.country_code
