-- DEP-01: the share of women who hold operational posts over that of men, of those whose function is known.
with counts as (
    select
        agency.country_code,
        stock.agency_code,
        agency.agency_type,
        agency.provenance,
        stock.period_year,
        stock.period_date,
        stock.gender,
        stock.n_staff,
        stock.function_code in ('patrol', 'investigation', 'intelligence', 'border') as is_operational
    from {{ ref('ind_hr__year_end_stock') }} as stock
    inner join {{ ref('dim_agency') }} as agency
        on stock.agency_code = agency.agency_code and stock.period_date between agency.valid_from and agency.valid_to
    where stock.function_code is not null and stock.gender in ('woman', 'man')
),

placed as (
    select
        country_code, agency_code, agency_type, provenance, period_year, period_date,
        sum(case when gender = 'woman' and is_operational then n_staff else 0 end) as a,
        sum(case when gender = 'man' and is_operational then n_staff else 0 end) as c,
        sum(case when gender = 'woman' then n_staff else 0 end) as n1,
        sum(case when gender = 'man' then n_staff else 0 end) as n0
    from counts
    group by country_code, agency_code, agency_type, provenance, period_year, period_date
),

cells as (
    {{ rolled_up('placed', ['a', 'c', 'n1', 'n0']) }}
)

select
    'DEP-01' as indicator_code,
    {{ place_columns() }},
    cast(n1 + n0 as integer) as n,
    (a / nullif(n1, 0)) / nullif(c / nullif(n0, 0), 0) as estimate,
    cast(least(n1, n0) as integer) as n_least,
    cast(least(nullif(a, 0), nullif(c, 0), nullif(n1 - a, 0), nullif(n0 - c, 0)) as integer) as count_least,
    a as first_count,
    n1 as first_base,
    c as second_count,
    n0 as second_base,
    'ratio of census shares' as method,
    case when c = 0 or n1 = 0 then 'not defined: no woman, or no man in an operational post' end as unavailable_reason
from cells
