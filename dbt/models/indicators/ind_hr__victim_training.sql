-- DEP-04: officers of the front line with a course on identifying victims in the last 36 months, of women and men together, and of each; in an
-- agency also of those at border posts and of the others.
with placed as (
    select agency.country_code, person.*, agency.agency_type, agency.provenance
    from {{ ref('int_training__person_year') }} as person
    inner join {{ ref('dim_agency') }} as agency
        on person.agency_code = agency.agency_code and person.period_date between agency.valid_from and agency.valid_to
    -- The people of unknown sex are few. From a figure of everybody and one of women and men, readers could work out each of them.
    where person.is_front_line and person.is_known_for_36_months and person.gender in ('woman', 'man')
),

cells as (
    {% for level, kept in staff_levels().items() %}
    {% for by_gender in [false, true] %}
    select
        '{{ level }}{{ '_gender' if by_gender }}' as level,
        {{ kept_or_all(kept) }},
        {{ 'gender' if by_gender else "'all'" }} as gender,
        'none' as breakdown,
        'all' as breakdown_value,
        provenance,
        period_year,
        max(period_date) as period_date,
        sum(case when has_victim_course then 1 else 0 end) as n_trained,
        count(*) as n
    from placed
    group by 1, 2, 3, 4, 5, provenance, period_year

    union all
    {% endfor %}
    {% endfor %}
    select
        'agency_breakdown' as level,
        {{ kept_or_all(staff_levels()['agency']) }},
        'all' as gender,
        'border_post' as breakdown,
        case when is_border_post then 'yes' else 'no' end as breakdown_value,
        provenance,
        period_year,
        max(period_date) as period_date,
        sum(case when has_victim_course then 1 else 0 end) as n_trained,
        count(*) as n
    from placed
    where is_border_post is not null
    group by 1, 2, 3, 4, provenance, period_year, is_border_post
)

select
    'DEP-04' as indicator_code,
    level,
    country_code,
    agency_code,
    agency_type,
    gender,
    'all' as grade_band,
    breakdown,
    breakdown_value,
    provenance,
    period_year,
    period_date,
    cast(n_trained as {{ dbt.type_float() }}) as numerator,
    cast(n as {{ dbt.type_float() }}) as denominator,
    cast(n as integer) as n,
    cast(100.0 as {{ dbt.type_float() }}) * n_trained / n as estimate,
    'census share' as method
from cells
