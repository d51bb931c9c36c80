"""How many people differ between two deliveries of a list, counted in PostgreSQL. Nobody's values leave it.

Both sides are read under today's catalogue, so a change of catalogue or code is never a difference of people, nor is a renamed unit of which the
catalogue says the same. A person differs who is on one side only, or whose row has another sex, grade, function, sworn status, state, day of
appointment or separation, age or kind of unit; who has another salary only is counted apart. Tables of counts hold no people: there, as many differ as must have come or gone at least.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import psycopg

from publication.snapshots import Difference, Side

SIDES = """side as (
    select given.side, given.agency_code, given.period_date, given.rows_year, delivery.delivery_no, delivery.contract
    from (values (1, %s::text, %s::date, %s::int, %s::int), (2, %s, %s, %s, %s)) as given (side, agency_code, period_date, rows_year, delivery_no)
    inner join raw.hr_delivery as delivery on given.delivery_no = delivery.delivery_no
)"""
OF_SIDE = """on raw.delivery_no = side.delivery_no and raw.agency_code = side.agency_code
        and coalesce(raw.period_date, date '1900-01-01') = side.period_date"""
SEX = "left join raw.catalogue_sex_code as sex on side.contract = sex.contract and trim(coalesce(raw.sex_code, '')) = coalesce(trim(sex.code), '')"


def _code(kind: str, column: str) -> str:
    return (
        f"left join raw.catalogue_hr_code as {kind} on side.contract = {kind}.contract and {kind}.kind = '{kind}'"
        f" and trim(coalesce(raw.{column}, '')) = coalesce(trim({kind}.code), '')"
    )


def _rank(day: str) -> str:
    return f"""left join raw.catalogue_rank as ranks
        on side.contract = ranks.contract and trim(coalesce(raw.rank_name, '')) = trim(ranks.rank_name)
        and coalesce({day}, ranks.valid_from) between ranks.valid_from and coalesce(ranks.valid_to, date '9999-12-31')"""


STAFF_ROWS = f"""unit as materialized (
    select listed.side, listed.unit_name, fitting.post_type, fitting.is_counter_trafficking
    from (
        select distinct side.side, side.agency_code, side.period_date, trim(raw.unit_name) as unit_name
        from side inner join raw.hr_staff as raw {OF_SIDE}
        where raw.unit_name is not null
    ) as listed
    cross join lateral (
        select tag.post_type, tag.is_counter_trafficking
        from raw.catalogue_unit as tag
        where tag.agency_code = listed.agency_code and listed.unit_name like tag.name_like
            and listed.period_date between tag.valid_from and tag.valid_to
        order by tag.contract, tag.place
        limit 1
    ) as fitting
),

said as (
    select
        side.side,
        raw.person_key,
        sex.gender,
        cast(row(
            sex.gender, ranks.grade, ranks.is_acting, function.value, sworn.value, active.value = 'left', raw.hire_date, raw.separation_date,
            raw.birth_year, raw.age_band, unit.post_type, coalesce(unit.is_counter_trafficking, false)
        ) as text) as what,
        cast(cast(raw.salary as double precision) as text) as pay
    from side
    inner join raw.hr_staff as raw {OF_SIDE}
    left join raw.catalogue_hr_contract as contract on side.contract = contract.contract
    {SEX}
    {_rank("case when contract.grain = 'spells' then coalesce(raw.separation_date, contract.extract_date) else raw.period_date end")}
    {_code("function", "function_name")}
    {_code("sworn", "sworn_code")}
    {_code("active", "active_code")}
    left join unit on side.side = unit.side and trim(raw.unit_name) = unit.unit_name
)"""
EVENT_ROWS = f"""said as (
    select side.side, raw.person_key, sex.gender, cast(row(event.value, raw.event_date, sex.gender, ranks.grade) as text) as what, '' as pay
    from side
    inner join raw.hr_event as raw {OF_SIDE} and extract(year from raw.event_date) = side.rows_year
    {SEX}
    {_rank("raw.event_date")}
    {_code("event", "event_code")}
)"""
TRAINING_ROWS = f"""said as (
    select
        side.side, raw.person_key, cast(null as text) as gender,
        cast(row(course.value, raw.completed_date, cast(raw.hours as double precision)) as text) as what, '' as pay
    from side
    inner join raw.hr_training as raw {OF_SIDE} and extract(year from raw.completed_date) = side.rows_year
    {_code("course", "course_code")}
)"""
# A person is known by the rows that stand on each side; the sex of one whose row says none is looked up on the agency's lists.
PEOPLE = """
with {sides},

{rows},

person as (
    select
        person_key, bool_or(coalesce(gender = 'woman', false)) as is_woman, bool_or(coalesce(gender = 'man', false)) as is_man,
        string_agg(what, '|' order by what) filter (where side = 1) is distinct from string_agg(what, '|' order by what) filter (where side = 2)
            as differs,
        string_agg(pay, '|' order by what, pay) filter (where side = 1)
        is distinct from string_agg(pay, '|' order by what, pay) filter (where side = 2) as is_paid_otherwise
    from said
    group by person_key
)

select person_key, is_woman, is_man, differs from person where differs or is_paid_otherwise
"""
SEX_OF = """
select raw.person_key, bool_or(coalesce(sex.gender = 'woman', false)), bool_or(coalesce(sex.gender = 'man', false))
from raw.hr_staff as raw
inner join raw.hr_delivery as delivery on raw.delivery_no = delivery.delivery_no
left join raw.catalogue_sex_code as sex on delivery.contract = sex.contract and trim(raw.sex_code) = coalesce(trim(sex.code), '')
where raw.agency_code = %s and raw.person_key = any(%s)
group by raw.person_key
"""
AGGREGATE_CELLS = f"""cell as (
    select
        side.side, raw.gender, raw.n_low, raw.n_high,
        cast(row(ranks.grade, function.value, coalesce(sworn.value, raw.sworn_status), unit.post_type, unit.is_counter_trafficking) as text) as what
    from side
    inner join raw.hr_aggregate as raw {OF_SIDE}
    {_rank("raw.period_date")}
    {_code("function", "function_name")}
    {_code("sworn", "sworn_status")}
    left join lateral (
        select tag.post_type, tag.is_counter_trafficking
        from raw.catalogue_unit as tag
        where tag.agency_code = side.agency_code and trim(raw.unit_name) like tag.name_like
            and side.period_date between tag.valid_from and tag.valid_to
        order by tag.contract, tag.place
        limit 1
    ) as unit on true
)"""
APPLICANT_CELLS = f"""cell as (
    select side.side, raw.gender, raw.n_low, raw.n_high, cast(row(raw.stage, trim(raw.round_name)) as text) as what
    from side
    inner join raw.hr_applicant as raw {OF_SIDE}
)"""
COMPLAINT_CELLS = f"""cell as (
    select
        side.side, coalesce(sex.gender, 'missing') as gender, 1 as n_low, 1 as n_high,
        cast(row(complaint.value, raw.opened_date, raw.closed_date) as text) as what
    from side
    inner join raw.hr_complaint as raw {OF_SIDE} and extract(year from raw.opened_date) = side.rows_year
    {SEX}
    {_code("complaint", "complaint_code")}
)"""
# For each gender, by how many people cells grew, and by how many others shrank: once from the low and once from the high end of each count.
CELLS = """
with {sides},

{rows},

moved as (
    select
        gender,
        sum(n_low) filter (where side = 2) as low_after, sum(n_low) filter (where side = 1) as low_before,
        sum(n_high) filter (where side = 2) as high_after, sum(n_high) filter (where side = 1) as high_before
    from cell
    group by gender, what
),

change as (
    select gender, unnest(array[
        coalesce(low_after, 0) - coalesce(low_before, 0), coalesce(high_after, 0) - coalesce(high_before, 0)]) as n, unnest(array[1, 2]) as bound
    from moved
)

select gender, bound, coalesce(sum(n) filter (where n > 0), 0)::int as n_more, coalesce(-sum(n) filter (where n < 0), 0)::int as n_fewer
from change
group by gender, bound
"""
ROWS = {"roster": STAFF_ROWS, "spells": STAFF_ROWS, "events": EVENT_ROWS, "training": TRAINING_ROWS}
TABLES = {"aggregate": AGGREGATE_CELLS, "applicants": APPLICANT_CELLS, "complaints": COMPLAINT_CELLS}


# Lists that were just loaded have no statistics yet, and PostgreSQL would look each row up in each table of codes.
HASHED = ("enable_nestloop", "jit")


class Differences:
    """Counts the people who differ between two deliveries of lists of one grain, each pair once."""

    def __init__(self, connection: psycopg.Connection, grains: dict[str, str]) -> None:
        """`grains`: of each contract."""
        self._connection, self._grains = connection, grains
        self._known: dict[frozenset[Side], Difference] = {}

    def __call__(self, one: Side, other: Side) -> Difference:
        key = frozenset((one, other))
        if key not in self._known:
            self._known[key] = self._count(one, other)
        return self._known[key]

    def _count(self, one: Side, other: Side) -> Difference:
        grain = self._grains[one[0].contract]
        given = [
            value for place, number in (one, other) for value in (place.agency_code, place.period_date, place.rows_year, number)
        ]
        with self._connection.transaction():
            for setting in HASHED:
                self._connection.execute(f"set local {setting} = off")
            is_table = grain in TABLES
            query = CELLS.format(sides=SIDES, rows=TABLES[grain]) if is_table else PEOPLE.format(sides=SIDES, rows=ROWS[grain])
            found = self._connection.execute(query, given).fetchall()
            for setting in HASHED:
                self._connection.execute(f"set local {setting} to default")
        if is_table:
            return of_counts(found)
        sexes = {key: (is_woman, is_man) for key, is_woman, is_man, _ in found}
        unknown = [key for key, sex in sexes.items() if not any(sex)]
        if unknown and grain in ("events", "training"):
            of_lists = self._connection.execute(SEX_OF, (one[0].agency_code, unknown)).fetchall()
            sexes |= {key: (is_woman, is_man) for key, is_woman, is_man in of_lists}
        in_all = _of_people(sexes.values())
        beyond_pay = _of_people(sexes[key] for key, *_, differs in found if differs)
        return in_all if in_all == beyond_pay else replace(beyond_pay, with_pay=in_all)


def _of_people(sexes: Iterable[tuple[bool, bool]]) -> Difference:
    sexes = list(sexes)
    return Difference(len(sexes), sum(sex[0] for sex in sexes), sum(sex[1] for sex in sexes))


def of_counts(rows: Sequence[tuple[str, int, int, int]]) -> Difference:
    """The least number of people who explain how a table of counts moved: rows of gender, bound, and how many are more and fewer in some cell.

    Somebody who moves from one cell to another is one person. Counts of everybody and of each gender tell of the same people.
    """
    least: dict[str, int] = {}
    for gender, _, more, fewer in rows:
        least[gender] = max(least.get(gender, 0), more, fewer)
    everybody, women, men = (least.get(gender, 0) for gender in ("all", "woman", "man"))
    if "man" not in least:
        men = max(everybody - women, 0)
    if "woman" not in least:
        women = max(everybody - men, 0) if "man" in least else 0
    of_each = sum(number for gender, number in least.items() if gender not in ("all", "woman", "man"))
    return Difference(max(everybody, women + men + of_each), women, men)
