-- One row per change of rank or unit between two lists that show a person in post, told apart by what it is: `promotion` and `demotion`
-- of the grade that is held for good, `acting` for a grade held for a time, `transfer` to another unit; and what is none of these:
-- `re-coded` where the agency gave the rank another name or the contract another grade, or a whole unit another name.
with listed as (
    select
        *,
        lag(last_seen_date) over person as before_date,
        lag(unit_name) over person as before_unit,
        lag(is_acting) over person as was_acting
    from {{ ref('int_staff__run') }}
    where is_stock
    window person as (partition by agency_code, person_key order by first_seen_date)
),

-- Who acts for somebody keeps the grade held before, so acting lists are passed over here.
held as (
    select
        *,
        lag(grade) over person as before_grade,
        lag(rank_name) over person as before_rank,
        lag(rank_to) over person as before_rank_to,
        lag(last_seen_date) over person as held_before_date
    from listed
    where not is_acting and grade is not null
    window person as (partition by agency_code, person_key order by first_seen_date)
),

ranks as (
    select
        agency_code, person_key, first_seen_date as period_date, before_date, gender, before_grade, grade,
        case
            when rank_name = before_rank then 're-coded'  -- the contract gives the same rank another grade
            when before_rank_to < first_seen_date and rank_from > held_before_date then 're-coded'  -- one name ended, another began
            when grade > before_grade then 'promotion'
            when grade < before_grade then 'demotion'
            else 're-coded'
        end as change_type
    from held
    where grade <> before_grade or rank_name <> before_rank
),

acting as (
    select
        agency_code, person_key, first_seen_date as period_date, before_date, gender, cast(null as integer) as before_grade, grade, 'acting' as change_type
    from listed
    where is_acting and not was_acting
),

units as (
    select
        agency_code, unit_name, min(first_seen_date) as first_date, max(last_seen_date) as last_date
    from listed
    where unit_name is not null
    group by agency_code, unit_name
),

moves as (
    select
        listed.agency_code, listed.person_key, listed.first_seen_date as period_date, listed.before_date, listed.gender,
        cast(null as integer) as before_grade, listed.grade,
        case
            when old_unit.last_date < listed.first_seen_date and new_unit.first_date > listed.before_date then 're-coded'
            else 'transfer'
        end as change_type
    from listed
    inner join units as old_unit on listed.agency_code = old_unit.agency_code and listed.before_unit = old_unit.unit_name
    inner join units as new_unit on listed.agency_code = new_unit.agency_code and listed.unit_name = new_unit.unit_name
    where listed.unit_name <> listed.before_unit
)

select *, 'rank' as what from ranks
union all
select *, 'rank' as what from acting
union all
select *, 'unit' as what from moves
