-- REP-02: women's share of personnel over women's share of the country's population aged 15 to 64 in the same year; 1 is as in the population.
with population as (
    select
        country_code,
        period_year,
        {{ exact_sum("case when gender = 'woman' then n_people else 0 end") }} as women,
        {{ exact_sum('n_people') }} as women_and_men
    from {{ ref('fct_population') }}
    where age_group = '15-64'
    group by country_code, period_year
    having count(*) = 2
)

select
    'REP-02' as indicator_code,
    staff.level, staff.country_code, staff.agency_code, staff.agency_type, staff.gender, staff.grade_band, staff.provenance,
    staff.period_year, staff.period_date,
    staff.n,
    (staff.numerator / staff.denominator) / (population.women / population.women_and_men) as estimate,
    staff.n as n_least,
    cast(least(nullif(staff.numerator, 0), nullif(staff.denominator - staff.numerator, 0)) as integer) as count_least,
    staff.numerator as first_count,
    staff.denominator as first_base,
    'ratio of census shares' as method
from {{ ref('ind_hr__women_share') }} as staff
inner join population on staff.country_code = population.country_code and staff.period_year = population.period_year
where staff.level in ('agency', 'country')
