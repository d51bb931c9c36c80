-- VIC-01: women's and girls' share of detected victims of known sex less women's share of personnel, by country, with bounds where counts are
-- suppressed at the source. Victims come from the UN whatever the staff are.
with victims as (
    select
        country_code,
        period_year,
        sum(case when gender = 'woman' then n_low end) as women_low,
        sum(case when gender = 'woman' then n_high end) as women_high,
        sum(case when gender = 'man' then n_low end) as men_low,
        sum(case when gender = 'man' then n_high end) as men_high
    from {{ ref('fct_trafficking') }}
    where measure = 'victims_detected' and breakdown = 'none' and age_group = 'all' and gender in ('woman', 'man')
    group by country_code, period_year
    having count(*) = 2
),

shares as (
    select
        country_code,
        period_year,
        100 * women_low / nullif(women_low + men_high, 0) as share_low,
        100 * women_high / nullif(women_high + men_low, 0) as share_high,
        100 * (women_low + women_high) / nullif(women_low + women_high + men_low + men_high, 0) as share
    from victims
)

select
    'VIC-01' as indicator_code,
    staff.level, staff.country_code, staff.agency_code, staff.agency_type, staff.gender, staff.grade_band, staff.provenance,
    staff.period_year, staff.period_date,
    staff.n,
    shares.share - staff.estimate as estimate,
    staff.n as n_least,
    cast(least(nullif(staff.numerator, 0), nullif(staff.denominator - staff.numerator, 0)) as integer) as count_least,
    staff.numerator as first_count,
    staff.denominator as first_base,
    case when shares.share_low < shares.share_high then shares.share_low - staff.estimate end as bound_low,
    case when shares.share_low < shares.share_high then shares.share_high - staff.estimate end as bound_high,
    'difference of shares; bounds of suppressed counts' as method
from {{ ref('ind_hr__women_share') }} as staff
inner join shares on staff.country_code = shares.country_code and staff.period_year = shares.period_year
where staff.level = 'country' and shares.share is not null
