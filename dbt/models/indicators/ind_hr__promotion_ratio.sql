-- PRO-04: women's chance of promotion over men's, pooled over the grades that they leave, and over agencies, by Mantel and Haenszel, with the
-- standard error of its logarithm by Greenland and Robins (1985).
with placed as (
    select rate.*, agency.country_code, agency.agency_type, agency.provenance
    from {{ ref('int_staff__promotion_year') }} as rate
    inner join {{ ref('dim_agency') }} as agency
        on rate.agency_code = agency.agency_code
        and {{ last_day_of_year('rate.period_year') }} between agency.valid_from and agency.valid_to
),

grades as (
    select
        country_code, agency_code, agency_type, provenance, period_year, grade_from,
        sum(case when gender = 'woman' then n_promoted else 0 end) as a,
        sum(case when gender = 'man' then n_promoted else 0 end) as c,
        sum(case when gender = 'woman' then n_people else 0 end) as n1,
        sum(case when gender = 'man' then n_people else 0 end) as n0
    from placed
    group by country_code, agency_code, agency_type, provenance, period_year, grade_from
),

{% set levels = {
    'agency': ['country_code', 'agency_code', 'agency_type'],
    'agency_breakdown': ['country_code', 'agency_code', 'agency_type', 'grade_from'],
    'country': ['country_code'],
    'agency_type': ['agency_type'],
} -%}
pooled as (
    {% for level, kept in levels.items() %}
    select
        '{{ level }}' as level,
        '{{ 'grade_from' if 'grade_from' in kept else 'none' }}' as breakdown,
        {{ 'cast(grade_from as ' ~ dbt.type_string() ~ ')' if 'grade_from' in kept else "'all'" }} as breakdown_value,
        {{ kept_or_all(kept) }},
        provenance,
        period_year,
        {{ exact_sum('a') }} as women,
        {{ exact_sum('c') }} as men,
        {{ exact_sum('n1') }} as n_women,
        {{ exact_sum('n0') }} as n_men,
        {{ exact_sum('a * n0 / (n1 + n0)') }} as r,
        {{ exact_sum('c * n1 / (n1 + n0)') }} as s,
        {{ exact_sum('((a + c) * n1 * n0 - a * c * (n1 + n0)) / ((n1 + n0) * (n1 + n0))') }} as v
    from grades
    group by 1, 2, 3, 4, 5, 6, provenance, period_year
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    'PRO-04' as indicator_code,
    level, country_code, agency_code, agency_type, 'all' as gender, 'all' as grade_band, breakdown, breakdown_value, provenance, period_year,
    {{ last_day_of_year('period_year') }} as period_date,
    cast(n_women + n_men as integer) as n,
    r / nullif(s, 0) as estimate,
    cast(least(n_women, n_men) as integer) as n_least,
    cast(least(nullif(women, 0), nullif(men, 0)) as integer) as count_least,
    sqrt(v / nullif(r * s, 0)) as se_log,
    'Mantel-Haenszel risk ratio over grades' as method,
    case when s = 0 then 'not defined: no man was promoted from a grade that women hold' end as unavailable_reason
from pooled
