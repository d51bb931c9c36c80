{# Cells of agencies broken down by one thing, from `counts` (indicator_code, agency_code, period_year, period_date, gender, breakdown,
   breakdown_value, numerator, denominator, n): `factor` × numerator / denominator. Bands of grades have a column of their own. #}
{% macro broken_down_cells(counts, factor, method) %}
select
    counts.indicator_code,
    case
        when counts.breakdown <> 'grade_band' then 'agency_breakdown'
        when counts.gender = 'all' then 'agency_grade'
        else 'agency_gender_grade'
    end as level,
    agency.country_code,
    counts.agency_code,
    agency.agency_type,
    counts.gender,
    case when counts.breakdown = 'grade_band' then counts.breakdown_value else 'all' end as grade_band,
    case when counts.breakdown = 'grade_band' then 'none' else counts.breakdown end as breakdown,
    case when counts.breakdown = 'grade_band' then 'all' else counts.breakdown_value end as breakdown_value,
    agency.provenance,
    counts.period_year,
    counts.period_date,
    cast(counts.numerator as {{ dbt.type_float() }}) as numerator,
    cast(counts.denominator as {{ dbt.type_float() }}) as denominator,
    cast(counts.n as integer) as n,
    cast({{ factor }} as {{ dbt.type_float() }}) * counts.numerator / counts.denominator as estimate,
    {{ method }} as method
from {{ counts }} as counts
inner join {{ ref('dim_agency') }} as agency
    on counts.agency_code = agency.agency_code and counts.period_date between agency.valid_from and agency.valid_to
where counts.denominator > 0
{% endmacro %}
