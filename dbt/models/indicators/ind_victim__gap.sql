-- VIC-01: women's and girls' share of detected victims of known sex less women's share of personnel, by country. The interval is Wilson's of the victims'
-- share, over the bounds of counts that the source leaves open; staff are all counted. What is compared with invented staff counts as invented, and real
-- staff are compared with real victims alone.
with victims as (
    select
        country_code,
        period_year,
        max(provenance) as provenance,
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
        provenance,
        (women_low + women_high) / 2 as women,
        (women_low + women_high + men_low + men_high) / 2 as women_and_men,
        100 * (women_low + women_high) / nullif(women_low + women_high + men_low + men_high, 0) as share,
        {{ wilson_end('women_low', 'women_low + men_high', '-') }} as share_low,
        {{ wilson_end('women_high', 'women_high + men_low', '+') }} as share_high
    from victims
)

select
    'VIC-01' as indicator_code,
    staff.level, staff.country_code, staff.agency_code, staff.agency_type, staff.gender, staff.grade_band, staff.provenance,
    staff.period_year, staff.period_date,
    shares.women as numerator,
    shares.women_and_men as denominator,
    cast(least(staff.n, shares.women_and_men) as integer) as n,
    shares.share - staff.estimate as estimate,
    staff.n as n_least,
    cast(least(nullif(staff.numerator, 0), nullif(staff.denominator - staff.numerator, 0)) as integer) as count_least,
    staff.numerator as first_count,
    staff.denominator as first_base,
    shares.share_low - staff.estimate as bound_low,
    shares.share_high - staff.estimate as bound_high,
    'difference of shares; Wilson interval of the share of victims, over the bounds of the source' as method
from {{ ref('ind_hr__women_share') }} as staff
inner join shares
    on staff.country_code = shares.country_code and staff.period_year = shares.period_year
    and (staff.provenance = shares.provenance or staff.provenance = 'synthetic')
where staff.level = 'country' and shares.share is not null
