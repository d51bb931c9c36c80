-- DEP-04: officers of the front line with a course on identifying victims in the last 36 months, of women and
-- men together, and of each.
with placed as (
    select agency.country_code, person.*, agency.agency_type, agency.provenance
    from {{ ref('int_training__person_year') }} as person
    inner join {{ ref('dim_agency') }} as agency
        on person.agency_code = agency.agency_code and person.period_date between agency.valid_from and agency.valid_to
    -- Few are of no known sex: between all and women and men together, they would be told of one by one.
    where person.is_front_line and person.is_known_for_36_months and person.gender in ('woman', 'man')
),

cells as (
    {% for level, kept in staff_levels().items() %}
    {% for by_gender in [false, true] %}
    select
        '{{ level }}{{ '_gender' if by_gender }}' as level,
        {{ kept_or_all(kept) }},
        {{ 'gender' if by_gender else "'all'" }} as gender,
        'all' as grade_band,
        provenance,
        period_year,
        max(period_date) as period_date,
        sum(case when has_victim_course then 1 else 0 end) as n_trained,
        count(*) as n
    from placed
    group by 1, 2, 3, 4, 5, provenance, period_year
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
)

select
    'DEP-04' as indicator_code,
    {{ place_columns() }},
    cast(n_trained as {{ dbt.type_float() }}) as numerator,
    cast(n as {{ dbt.type_float() }}) as denominator,
    cast(n as integer) as n,
    cast(100.0 as {{ dbt.type_float() }}) * n_trained / n as estimate,
    'census share' as method
from cells
