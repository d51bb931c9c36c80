-- Where a figure has a value to compare it with, the catalogue names the kind of that value.
select cell.cell_id
from {{ ref('fct_indicator') }} as cell
inner join {{ ref('dim_indicator') }} as indicator on cell.indicator_code = indicator.indicator_code
where cell.reference_value is not null and indicator.reference_kind is null
