-- REP-06: people in post whose sex is missing, not stated or redacted, of all, by agency, country and agency type.
with placed as (
    select
        agency.country_code,
        stock.agency_code,
        agency.agency_type,
        agency.provenance,
        stock.period_year,
        stock.period_date,
        sum(case when stock.gender in ('missing', 'not_stated', 'redacted') then stock.n_staff else 0 end) as n_unknown,
        sum(stock.n_staff) as n
    from {{ ref('ind_hr__year_end_stock') }} as stock
    inner join {{ ref('dim_agency') }} as agency
        on stock.agency_code = agency.agency_code and stock.period_date between agency.valid_from and agency.valid_to
    group by 1, 2, 3, 4, 5, 6
),

cells as (
    {{ rolled_up('placed', ['n_unknown', 'n']) }}
)

select
    'REP-06' as indicator_code,
    {{ place_columns() }},
    cast(n_unknown as {{ dbt.type_float() }}) as numerator,
    cast(n as {{ dbt.type_float() }}) as denominator,
    cast(n as integer) as n,
    cast(100.0 as {{ dbt.type_float() }}) * n_unknown / n as estimate,
    'census share' as method
from cells
