"""How many people differ between two deliveries of a list, counted in PostgreSQL. Nobody's values leave it.

Both sides are read under today's catalogue, so a change of catalogue or code is never a difference of people, nor is a renamed unit of which the
catalogue says the same. The two deliveries may be of two contracts of one agency. A person differs who is on one side only, or whose row has another sex, grade, function, sworn status, state, day of
appointment or separation, age or kind of unit; who has another salary only is counted apart. Tables of counts hold no people: there, as many differ as must have come or gone at least. Spells are compared
by year, and a staff list with a table of counts as the table counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from publication.difference import Difference
from publication.listings import STAFF, Side
from publication.roster_counts import ROSTER_CELLS
from publication.spell_years import SPELL_ROWS

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


UNIT = """left join lateral (
        select tag.post_type, tag.is_counter_trafficking
        from raw.catalogue_unit as tag
        where tag.agency_code = side.agency_code and trim(raw.unit_name) like tag.name_like
            and side.period_date between tag.valid_from and tag.valid_to
        order by tag.contract, tag.place
        limit 1
    ) as unit on true"""
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
    {SEX}
    {_rank("raw.period_date")}
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
# A person is known by the rows that stand on each side; the sex of one whose row says none is looked up on the agency's lists. `year`: of spells.
PEOPLE = """
with {sides},

{rows},

person as (
    select
        person_key, {year} as year, bool_or(side = 1) as is_on_first, bool_or(coalesce(gender = 'woman', false)) as is_woman, bool_or(coalesce(gender = 'man', false)) as is_man,
        string_agg(what, '|' order by what) filter (where side = 1) is distinct from string_agg(what, '|' order by what) filter (where side = 2)
            as differs,
        string_agg(pay, '|' order by what, pay) filter (where side = 1)
        is distinct from string_agg(pay, '|' order by what, pay) filter (where side = 2) as is_paid_otherwise
    from said
    group by 1, 2
)

select person_key, year, is_on_first, is_woman, is_man, differs from person where differs or is_paid_otherwise
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
    {UNIT}
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
SPELLS = SPELL_ROWS.format(
    of_side=OF_SIDE,
    sex=SEX,
    rank=_rank("coalesce(raw.separation_date, contract.extract_date)"),
    active=_code("active", "active_code"),
)
MIXED = ROSTER_CELLS.format(
    of_side=OF_SIDE, sex=SEX, rank=_rank("raw.period_date"), function=_code("function", "function_name"),
    sworn_status=_code("sworn", "sworn_status"), sworn_code=_code("sworn", "sworn_code"), active=_code("active", "active_code"), unit=UNIT,
)  # fmt: skip
ROWS = {"roster": STAFF_ROWS, "spells": SPELLS, "events": EVENT_ROWS, "training": TRAINING_ROWS}
TABLES = {"mixed": MIXED, "aggregate": AGGREGATE_CELLS, "applicants": APPLICANT_CELLS, "complaints": COMPLAINT_CELLS}


# Lists that were just loaded have no statistics yet, and PostgreSQL would look each row up in each table of codes.
HASHED = ("enable_nestloop", "jit")
NOBODY = 0  # no delivery has this number


class Differences:
    """Counts the people who differ between two deliveries of lists of one grain, or of a staff list and a table of counts, each pair once."""

    def __init__(self, connection: psycopg.Connection, grains: dict[str, str]) -> None:
        """`grains`: of each contract."""
        self._connection, self._grains = connection, grains
        self._known: dict[object, Difference] = {}

    def __call__(self, one: Side, other: Side) -> Difference:
        """`one` is the newer side, where it matters what it adds to the other."""
        key = (one, other) if self._adds(one, other) else frozenset((one, other))
        if key not in self._known:
            self._known[key] = self._count(one, other)
        return self._known[key]

    def _adds(self, one: Side, other: Side) -> bool:
        """Whether the two are lists of one grain that figures take together: of one date, or entries of one year."""
        place, other_place, grain = one[0], other[0], self._grains[one[0].contract]
        is_joint = place.period_date == other_place.period_date if grain in STAFF else place.year == other_place.year
        return place != other_place and is_joint and grain == self._grains[other_place.contract]

    def _count(self, one: Side, other: Side) -> Difference:
        grains = {self._grains[place.contract] for place, _ in (one, other)}
        grain = grains.pop() if len(grains) == 1 else "mixed"
        adds = self._adds(one, other)
        if grain in TABLES:
            found = of_counts(self._rows(CELLS, TABLES[grain], one, other))
            return replace(found, added=of_counts(self._rows(CELLS, TABLES[grain], one, (other[0], NOBODY)))) if adds else found
        rows = self._rows(PEOPLE, ROWS[grain], one, other, year="year" if grain == "spells" else "null::int")
        if grain in ("events", "training"):
            rows = self._with_sex(one[0].agency_code, rows)
        found = _of_rows(rows)
        return replace(found, added=_of_rows([row for row in rows if row.is_on_first])) if adds else found

    def _rows(self, query: str, rows: str, *sides: Side, **more: str) -> list[Any]:
        given = [value for place, number in sides for value in (place.agency_code, place.period_date, place.rows_year, number)]
        with self._connection.transaction(), self._connection.cursor(row_factory=namedtuple_row) as cursor:
            for setting in HASHED:
                cursor.execute(f"set local {setting} = off")
            found = cursor.execute(query.format(sides=SIDES, rows=rows, **more), given).fetchall()
            for setting in HASHED:
                cursor.execute(f"set local {setting} to default")
        return found

    def _with_sex(self, agency: str, rows: list[Any]) -> list[Any]:
        unknown = [row.person_key for row in rows if not (row.is_woman or row.is_man)]
        of_lists = self._connection.execute(SEX_OF, (agency, unknown)).fetchall() if unknown else ()
        known = {key: {"is_woman": is_woman, "is_man": is_man} for key, is_woman, is_man in of_lists}
        return [row._replace(**known.get(row.person_key, {})) for row in rows]


def _of_rows(rows: Sequence[Any]) -> Difference:
    """Of rows (person_key, year, is_woman, is_man, differs): one for each person, or for each person and year."""
    years = sorted({row.year for row in rows if row.year is not None})
    people: dict[str, tuple[bool, bool]] = {}
    for row in rows:
        was = people.get(row.person_key, (False, False))
        people[row.person_key] = (was[0] or row.is_woman, was[1] or row.is_man)
    in_all = _of_people(people.values())
    if years:
        by_year = ([(row.is_woman, row.is_man) for row in rows if row.year == year] for year in years)
        return replace(
            in_all, in_years=tuple(replace(_of_people(each), year=year) for year, each in zip(years, by_year, strict=True))
        )
    beyond_pay = _of_people(people[row.person_key] for row in rows if row.differs)
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
