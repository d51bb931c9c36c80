-- LDR-04: cells of the staff lists due in a year (list by sex, grade, unit and events, as the contract promises them) that were supplied in
-- time and hold for 95 % of the rows, of all that were due.
with placed as (
    select
        agency.country_code,
        cell.agency_code,
        agency.agency_type,
        agency.provenance,
        {{ year_of('cell.period_date') }} as period_year,
        max(cell.period_date) as period_date,
        sum(case when cell.is_supplied then 1 else 0 end) as n_supplied,
        count(*) as n_due
    from {{ ref('int_list__cell') }} as cell
    inner join {{ ref('dim_agency') }} as agency
        on cell.agency_code = agency.agency_code and cell.period_date between agency.valid_from and agency.valid_to
    group by 1, 2, 3, 4, 5
),

cells as (
    {{ rolled_up('placed', ['n_supplied', 'n_due']) }}
)

select
    'LDR-04' as indicator_code,
    {{ place_columns() }},
    n_supplied as numerator,
    n_due as denominator,
    cast(n_due as integer) as n,
    100 * n_supplied / n_due as estimate,
    'share of cells of the data contract' as method
from cells
