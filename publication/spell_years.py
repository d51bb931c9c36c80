"""Who differs between two deliveries of spells, by closed year: what each year shows of a person, in SQL for `publication/differences.py`.

A list of spells tells of whole service, and its figures are by year. A year shows the spells that touch it, and the recruits of the three years
before it (RET-04), with what has happened by its end; it shows the rank that a spell ends with. Spells that figures leave out are in no year.
Whose day alone is another, within the same year or band of service, is counted separately.
Who was hired in the year, and who left in it, are kinds of their own: figures count them by themselves.
"""

COHORT_YEARS = 3  # before a year, whose recruits RET-04 follows to its end


def usable(spell: str, active: str, contract: str) -> str:
    """The condition on a reported spell that figures use: int_staff__spell_reported gives the others a reason."""
    return (
        f"{spell}.hire_date is not null and coalesce({spell}.separation_date >= {spell}.hire_date, {active}.value is distinct from 'left')"
        f" and coalesce({spell}.separation_date <= {contract}.extract_date, true)"
    )


SPELL_ROWS = """spell as (
    select
        side.side, raw.person_key, sex.gender, raw.hire_date, raw.separation_date,
        cast(row(sex.gender, ranks.grade, ranks.is_acting) as text) as who
    from side
    inner join raw.hr_staff as raw {of_side}
    inner join raw.catalogue_hr_contract as contract on side.contract = contract.contract
    {sex}
    {rank}
    {active}
    where {usable}
),

observed as (
    select
        min(extract(year from contract.observed_from))::int as first_year,
        max(extract(year from coalesce(contract.observed_to, contract.extract_date, current_date) + 1))::int - 1 as last_year
    from side
    inner join raw.catalogue_hr_contract as contract on side.contract = contract.contract
),

moved as (
    select person_key
    from spell
    group by person_key
    having string_agg(concat(who, hire_date, ' ', separation_date), '|' order by who, hire_date, separation_date) filter (where side = 1)
        is distinct from string_agg(concat(who, hire_date, ' ', separation_date), '|' order by who, hire_date, separation_date) filter (where side = 2)
),

said as (
    select spell.side, spell.person_key, spell.gender, year.year, part.kind, part.what, part.more
    from spell
    inner join moved on spell.person_key = moved.person_key
    cross join observed
    cross join lateral generate_series(
        greatest(extract(year from spell.hire_date)::int, observed.first_year),
        least(greatest(coalesce(extract(year from spell.separation_date)::int, 9999), extract(year from spell.hire_date)::int + {cohort_years}), observed.last_year)
    ) as year (year)
    cross join lateral (
        select case when spell.separation_date < make_date(year.year + 1, 1, 1) then extract(year from spell.separation_date)::int end as year
    ) as ended
    inner join lateral (values
        (
            null, cast(row(spell.who, {service}, {recruited}, ended.year) as text),
            concat(spell.hire_date, ' ', case when ended.year is not null then spell.separation_date end)
        ),
        ('hires', case when extract(year from spell.hire_date) = year.year then spell.who end, cast(spell.hire_date as text)),
        ('leavers', case when extract(year from spell.separation_date) = year.year then concat(spell.who, {service_at_end}) end, concat(spell.hire_date, ' ', spell.separation_date))
    ) as part (kind, what, more) on part.what is not null
)"""
