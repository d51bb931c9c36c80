-- Stock and flows of women and men in a year, by agency and country: what a projection starts from. Rates are per person-year.
with rates as (
    select
        level, country_code, agency_code, agency_type, provenance, period_year,
        sum(case when gender = 'woman' then estimate / 100 end) as women_leave,
        sum(case when gender = 'man' then estimate / 100 end) as men_leave,
        least(min(nullif(numerator, 0)), min(n)) as count_least
    from {{ ref('ind_hr__separation_rate') }}
    where level in ('agency_gender', 'country_gender')
    group by level, country_code, agency_code, agency_type, provenance, period_year
    having count(*) = 2
)

select
    stock.level, stock.country_code, stock.agency_code, stock.agency_type, stock.provenance, stock.period_year, stock.period_date,
    stock.n,
    stock.numerator as women,
    stock.denominator - stock.numerator as men,
    hires.numerator as women_hired,
    hires.denominator - hires.numerator as men_hired,
    rates.women_leave,
    rates.men_leave,
    least(stock.n, hires.n) as n_least,
    cast(least(
        rates.count_least, nullif(hires.numerator, 0), nullif(hires.denominator - hires.numerator, 0), nullif(stock.numerator, 0),
        nullif(stock.denominator - stock.numerator, 0)
    ) as integer) as count_least
from {{ ref('ind_hr__women_share') }} as stock
inner join {{ ref('ind_hr__women_share_hires') }} as hires
    on stock.level = hires.level and stock.country_code = hires.country_code and stock.agency_code = hires.agency_code
    and stock.provenance = hires.provenance and stock.period_year = hires.period_year
inner join rates
    on stock.level = replace(rates.level, '_gender', '') and stock.country_code = rates.country_code
    and stock.agency_code = rates.agency_code and stock.provenance = rates.provenance and stock.period_year = rates.period_year
where stock.level in ('agency', 'country') and stock.grade_band = 'all'
