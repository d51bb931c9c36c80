-- RET-02: women's separation rate over men's, with the standard error of its logarithm; in agencies by reason where that is known. Beside it,
-- where ages are known, the same ratio without what age explains. Ages are known of who was on the last list of the year before: of them, the
-- shares of women and of men who left are compared as they are, and standardised to the ages of all of them. The first ratio over the second is
-- what age makes of it (Miettinen 1972). Bands of one sex alone are in neither.
with last_list as (
    select agency_code, {{ year_of('period_date') }} as period_year, max(period_date) as period_date
    from {{ ref('int_staff__snapshot') }}
    group by 1, 2
),

-- The list that each leaver was on last, at the end of the year before.
leaver as (
    select distinct event.agency_code, event.person_key, last_list.period_date, last_list.period_year + 1 as period_year
    from {{ ref('fct_staff_event') }} as event
    inner join last_list
        on event.agency_code = last_list.agency_code and {{ year_of('event.event_date') }} = last_list.period_year + 1
    where event.event_type = 'separation'
        and event.agency_code in (select agency_code from {{ ref('ind_hr__stock_by') }} where breakdown = 'age_band')
),

left_by_age as (
    select leaver.agency_code, leaver.period_year, person.gender, person.age_band, count(*) as n_left
    from leaver
    inner join {{ ref('int_staff__person_period') }} as person
        on leaver.agency_code = person.agency_code and leaver.period_date = person.period_date and leaver.person_key = person.person_key
    where person.is_stock
    group by leaver.agency_code, leaver.period_year, person.gender, person.age_band
),

bands as (
    select
        stock.agency_code,
        stock.period_year + 1 as period_year,
        stock.breakdown_value as age_band,
        cast(sum(stock.n_staff) as {{ dbt.type_float() }}) as n_people,
        cast(sum(case when stock.gender = 'woman' then stock.n_staff else 0 end) as {{ dbt.type_float() }}) as n_women,
        cast(sum(case when stock.gender = 'man' then stock.n_staff else 0 end) as {{ dbt.type_float() }}) as n_men,
        sum(case when stock.gender = 'woman' then left_by_age.n_left else 0 end) as women_left,
        sum(case when stock.gender = 'man' then left_by_age.n_left else 0 end) as men_left
    from {{ ref('ind_hr__stock_by') }} as stock
    left join left_by_age
        on stock.agency_code = left_by_age.agency_code and left_by_age.period_year = stock.period_year + 1
        and stock.gender = left_by_age.gender and stock.breakdown_value = left_by_age.age_band
    where stock.breakdown = 'age_band' and stock.gender in ('woman', 'man')
    group by stock.agency_code, stock.period_year, stock.breakdown_value
),

at_equal_ages as (
    select
        agency_code,
        period_year,
        {{ exact_sum('n_people * coalesce(women_left, 0) / n_women') }}
            / nullif({{ exact_sum('n_people * coalesce(men_left, 0) / n_men') }}, 0) as standardised_ratio,
        (sum(coalesce(women_left, 0)) / sum(n_women)) / nullif(sum(coalesce(men_left, 0)) / sum(n_men), 0) as crude_ratio
    from bands
    where n_women > 0 and n_men > 0
    group by agency_code, period_year
),

rates as (
    select
        replace(level, '_gender', '') as level, country_code, agency_code, agency_type, gender, grade_band, 'none' as breakdown,
        'all' as breakdown_value, provenance, period_year, period_date, n, numerator, denominator,
        estimate
    from {{ ref('ind_hr__separation_rate') }}

    union all

    select
        level, country_code, agency_code, agency_type, gender, grade_band, breakdown, breakdown_value, provenance, period_year,
        period_date, n, numerator, denominator, estimate
    from {{ ref('ind_hr__rate_by') }}
    where indicator_code = 'RET-01' and breakdown = 'reason_group'
),

sides as (
    select
        level, country_code, agency_code, agency_type, grade_band, breakdown, breakdown_value, provenance, period_year,
        max(period_date) as period_date,
        sum(n) as n,
        min(n) as n_least,
        sum(case when gender = 'woman' then numerator end) as women,
        sum(case when gender = 'man' then numerator end) as men,
        sum(case when gender = 'woman' then denominator end) as women_years,
        sum(case when gender = 'man' then denominator end) as men_years,
        sum(case when gender = 'woman' then estimate end) as women_rate,
        sum(case when gender = 'man' then estimate end) as men_rate
    from rates
    group by level, country_code, agency_code, agency_type, grade_band, breakdown, breakdown_value, provenance, period_year
    having count(*) = 2
)

select
    'RET-02' as indicator_code,
    sides.level, sides.country_code, sides.agency_code, sides.agency_type, 'all' as gender, sides.grade_band, sides.breakdown,
    sides.breakdown_value, sides.provenance, sides.period_year, sides.period_date,
    cast(sides.n as integer) as n,
    sides.women_rate / nullif(sides.men_rate, 0) as estimate,
    case
        when sides.breakdown = 'none'
            then sides.women_rate / nullif(sides.men_rate, 0) * at_equal_ages.standardised_ratio / nullif(at_equal_ages.crude_ratio, 0)
    end as reference_value,
    cast(sides.n_least as integer) as n_least,
    cast(least(nullif(sides.women, 0), nullif(sides.men, 0)) as integer) as count_least,
    sqrt(1 / nullif(sides.women, 0) + 1 / nullif(sides.men, 0)) as se_log,
    sides.women as first_count,
    sides.women_years as first_base,
    sides.men as second_count,
    sides.men_years as second_base,
    'rate ratio' as method,
    case when sides.men = 0 then 'not defined: no man left' end as unavailable_reason
from sides
left join at_equal_ages on sides.agency_code = at_equal_ages.agency_code and sides.period_year = at_equal_ages.period_year
