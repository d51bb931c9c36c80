"""A staff list compared with an aggregate table of the same agency, counted as the table counts: in SQL for `publication/differences.py`.

The list is counted by those of grade, function, sworn status and unit that the table has, and of those genders that it has. People who have
left, or are yet to come, are on no table. Of several rows of a person the one with the highest grade counts, as on every list.
"""

ROSTER_CELLS = """cells as (
    select
        side.side, raw.gender, raw.n_low, raw.n_high, ranks.grade, function.value as function_code,
        coalesce(sworn.value, raw.sworn_status) as sworn, unit.post_type, coalesce(unit.is_counter_trafficking, false) as is_counter_trafficking,
        raw.unit_name is not null as has_unit
    from side
    inner join raw.hr_aggregate as raw {of_side}
    {rank}
    {function}
    {sworn_status}
    {unit}
),

shape as (
    select
        bool_or(grade is not null) as has_grade, bool_or(function_code is not null) as has_function, bool_or(sworn is not null) as has_sworn,
        bool_or(has_unit) as has_unit
    from cells
),

person as (
    select distinct on (side.side, raw.person_key)
        side.side, coalesce(sex.gender, 'missing') as gender, ranks.grade, function.value as function_code, sworn.value as sworn, unit.post_type,
        coalesce(unit.is_counter_trafficking, false) as is_counter_trafficking
    from side
    inner join raw.hr_staff as raw {of_side}
    {sex}
    {rank}
    {function}
    {sworn_code}
    {active}
    {unit}
    where active.value is distinct from 'left' and coalesce(raw.separation_date > side.period_date, true)
        and coalesce(raw.hire_date <= side.period_date, true)
    order by side.side, raw.person_key, ranks.grade desc nulls last, raw.salary desc nulls last, raw.rank_name, raw.row_no
),

cell as (
    select
        cells.side, cells.gender, cells.n_low, cells.n_high, cast(null as text) as kind, '' as more,
        cast(row(cells.grade, cells.function_code, cells.sworn, cells.post_type, cells.is_counter_trafficking) as text) as what
    from cells
    union all
    select
        person.side, genders.gender, 1, 1, null, '',
        cast(row(
            case when shape.has_grade then person.grade end,
            case when shape.has_function then person.function_code end,
            case when shape.has_sworn then person.sworn end,
            case when shape.has_unit then person.post_type end,
            shape.has_unit and person.is_counter_trafficking
        ) as text)
    from person
    cross join shape
    inner join (select distinct gender from cells) as genders on genders.gender in (person.gender, 'all')
)"""
