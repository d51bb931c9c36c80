"""How many people differ between two deliveries of a list, counted in PostgreSQL. Nobody's values leave it.

Both sides are read under today's catalogue, so a change of catalogue or code is never a difference of people, nor is a renamed unit of which the
catalogue says the same. The two deliveries may be of two contracts of one agency. A person differs who is on one side only, or whose row has another sex, grade, function, sworn status,
band of service or of age, kind of unit, or is in post on one side only; who has only another day of hire or separation, year of birth or salary is counted apart.
Of two dates, figures have only the people in post in common: who had left by both, or came and left between them, is counted apart, and so is
whose band of service is another because time went by. They must not cover for one who left. Tables of counts hold no people: there, as many differ as must have come or gone at least. Spells are compared
by year, and a staff list with a table of counts as the table counts.

Registers and spells are compared by each kind of event that a figure counts (`registers` in catalogue/disclosure.yml): of the same year, who came to it,
left it or has another sex or grade. Who has another day of it, or hours, or grade of a course, is counted apart, as with pay. Words that no figure counts are no difference.

Limit: a course counts in figures of three years (DEP-04), and its years are compared one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row

from parity.catalogue.registers import Registers, words_of
from publication.difference import Difference
from publication.listings import REGISTERS, STAFF, Side
from publication.roster_counts import ROSTER_CELLS
from publication.spell_years import COHORT_YEARS, SPELL_ROWS, usable

SIDES = """side as (
    select given.side, given.agency_code, given.period_date, given.rows_year, delivery.delivery_no, delivery.contract
    from (values (1, %s::text, %s::date, %s::int, %s::int), (2, %s, %s, %s, %s)) as given (side, agency_code, period_date, rows_year, delivery_no)
    inner join raw.hr_delivery as delivery on given.delivery_no = delivery.delivery_no
),

counted as (
    select given.word, given.kind, given.apart from unnest(%s::text[], %s::text[], %s::text[]) as given (word, kind, apart)
)"""
OF_SIDE = """on raw.delivery_no = side.delivery_no and raw.agency_code = side.agency_code
        and coalesce(raw.period_date, date '1900-01-01') = side.period_date"""
HAS_COME = "coalesce(raw.hire_date <= raw.period_date, true)"  # as dbt's has_come: who is announced is on no list yet
SERVICE_YEARS = (2, 6, 11, 21)  # where the bands of dbt's years_of_service begin
SEX = "left join raw.catalogue_sex_code as sex on side.contract = sex.contract and trim(coalesce(raw.sex_code, '')) = coalesce(trim(sex.code), '')"


def coded(kind: str, column: str) -> str:
    return (
        f"left join raw.catalogue_hr_code as {kind} on side.contract = {kind}.contract and {kind}.kind = '{kind}'"
        f" and trim(coalesce(raw.{column}, '')) = coalesce(trim({kind}.code), '')"
    )


def ranked(day: str) -> str:
    return f"""left join raw.catalogue_rank as ranks
        on side.contract = ranks.contract and trim(coalesce(raw.rank_name, '')) = trim(ranks.rank_name)
        and coalesce({day}, ranks.valid_from) between ranks.valid_from and coalesce(ranks.valid_to, date '9999-12-31')"""


def service_band(hired: str, day: str) -> str:
    """The first of SERVICE_YEARS that somebody hired then has not completed on that day; 0 where it is not known, nothing from the last one on."""
    bands = " ".join(f"when {hired} > {day} - interval '{years} years' then {years}" for years in SERVICE_YEARS)
    return f"case when {hired} is null or {hired} > {day} then 0 {bands} end"


def by_kind(word: str, group: str) -> str:
    """Joins a row to each kind of event that it is of: what its `word` is counted as, and of that the `group` that a figure counts apart."""
    return f"""inner join counted on counted.word = {word}
    inner join lateral (values (counted.kind), (counted.kind || ', ' || counted.apart || ' ' || {group})) as part (kind)
        on part.kind is not null"""


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
        case when compared.is_of_one_date or post.is_held then cast(row(
            sex.gender, ranks.grade, ranks.is_acting, function.value, sworn.value, post.is_held,
            case when compared.is_of_one_date then {service_band("raw.hire_date", "raw.period_date")} end,
            raw.age_band, unit.post_type, coalesce(unit.is_counter_trafficking, false)
        ) as text) end as what,
        cast(row(
            raw.hire_date, raw.separation_date, raw.birth_year, cast(raw.salary as double precision),
            {service_band("raw.hire_date", "raw.period_date")}
        ) as text) as more,
        cast(null as text) as kind
    from side
    cross join (select min(period_date) = max(period_date) as is_of_one_date from side) as compared
    inner join raw.hr_staff as raw {OF_SIDE}
    {SEX}
    {ranked("raw.period_date")}
    {coded("function", "function_name")}
    {coded("sworn", "sworn_code")}
    {coded("active", "active_code")}
    cross join lateral (
        select active.value is distinct from 'left' and coalesce(raw.separation_date > raw.period_date, true) as is_held
    ) as post
    left join unit on side.side = unit.side and trim(raw.unit_name) = unit.unit_name
    where {HAS_COME}
)"""
EVENT_ROWS = f"""said as (
    select
        side.side, raw.person_key, sex.gender, part.kind, cast(row(sex.gender, ranks.grade) as text) as what, cast(raw.event_date as text) as more
    from side
    inner join raw.hr_event as raw {OF_SIDE} and extract(year from raw.event_date) = side.rows_year
    {SEX}
    {ranked("raw.event_date")}
    {coded("event", "event_code")}
    {by_kind("event.value", "event.value")}
)"""
TRAINING_ROWS = f"""said as (
    select
        side.side, raw.person_key, cast(null as text) as gender, part.kind, '' as what,
        cast(row(course.value, raw.completed_date, cast(raw.hours as double precision)) as text) as more
    from side
    inner join raw.hr_training as raw {OF_SIDE} and extract(year from raw.completed_date) = side.rows_year
    {coded("course", "course_code")}
    {by_kind("course.value", "course.value")}
)"""
# A person is known by the rows that stand on each side; the sex of one whose row says none is looked up on the agency's lists. `year`: of spells.
# `each`: entries of a register that say the same of a person are one.
PEOPLE = """
with {sides},

{rows},

person as (
    select
        person_key, {year} as year, kind,
        bool_or(side = 1) as is_on_first, bool_or(coalesce(gender = 'woman', false)) as is_woman, bool_or(coalesce(gender = 'man', false)) as is_man,
        string_agg({each} what, '|' order by what) filter (where side = 1)
        is distinct from string_agg({each} what, '|' order by what) filter (where side = 2) as differs,
        string_agg(more, '|' order by what, more) filter (where side = 1)
        is distinct from string_agg(more, '|' order by what, more) filter (where side = 2) as has_other_rest
    from said
    group by 1, 2, 3
)

select person_key, year, kind, is_on_first, is_woman, is_man, differs from person where differs or has_other_rest
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
        side.side, raw.gender, raw.n_low, raw.n_high, cast(null as text) as kind, '' as more,
        cast(row(ranks.grade, function.value, coalesce(sworn.value, raw.sworn_status), unit.post_type, unit.is_counter_trafficking) as text) as what
    from side
    inner join raw.hr_aggregate as raw {OF_SIDE}
    {ranked("raw.period_date")}
    {coded("function", "function_name")}
    {coded("sworn", "sworn_status")}
    {UNIT}
)"""
APPLICANT_CELLS = f"""cell as (
    select side.side, raw.gender, raw.n_low, raw.n_high, part.kind, '' as what, trim(raw.round_name) as more
    from side
    inner join raw.hr_applicant as raw {OF_SIDE}
    {by_kind("raw.stage", "trim(raw.round_name)")}
)"""
IN_TIME = "case when raw.closed_date - raw.opened_date <= 90 then 'yes' else 'no' end"  # as ind_hr__complaint_closing counts
COMPLAINT_CELLS = f"""cell as (
    select
        side.side, coalesce(sex.gender, 'missing') as gender, 1 as n_low, 1 as n_high, part.kind, '' as what,
        cast(row(complaint.value, raw.opened_date, raw.closed_date) as text) as more
    from side
    inner join raw.hr_complaint as raw {OF_SIDE} and extract(year from raw.opened_date) = side.rows_year
    {SEX}
    {coded("complaint", "complaint_code")}
    {by_kind("complaint.value", f"case counted.apart when 'in_time' then {IN_TIME} else complaint.value end")}
)"""
# For each kind and gender, by how many people cells grew, and by how many others shrank: once from the low and once from the high end of each count.
# `is_in_all`: cells told apart by everything, also by what no figure is broken down by.
CELLS = """
with {sides},

{rows},

moved as (
    select
        kind, gender, grouping(more) = 0 as is_in_all,
        sum(n_low) filter (where side = 2) as low_after, sum(n_low) filter (where side = 1) as low_before,
        sum(n_high) filter (where side = 2) as high_after, sum(n_high) filter (where side = 1) as high_before
    from cell
    group by grouping sets ((kind, gender, what), (kind, gender, what, more))
),

change as (
    select kind, gender, is_in_all, unnest(array[
        coalesce(low_after, 0) - coalesce(low_before, 0), coalesce(high_after, 0) - coalesce(high_before, 0)]) as n, unnest(array[1, 2]) as bound
    from moved
)

select
    kind, is_in_all, gender, bound, coalesce(sum(n) filter (where n > 0), 0)::int as n_more, coalesce(-sum(n) filter (where n < 0), 0)::int as n_fewer
from change
group by kind, is_in_all, gender, bound
"""
SPELLS = SPELL_ROWS.format(
    service=service_band("spell.hire_date", "make_date(year.year, 12, 31)"),
    service_at_end=service_band("spell.hire_date", "spell.separation_date"),
    recruited=f"case when extract(year from spell.hire_date) >= year.year - {COHORT_YEARS} then extract(year from spell.hire_date) end",
    cohort_years=COHORT_YEARS,
    usable=usable("raw", "active", "contract"),
    of_side=OF_SIDE,
    sex=SEX,
    rank=ranked("coalesce(raw.separation_date, contract.extract_date)"),
    active=coded("active", "active_code"),
)
MIXED = ROSTER_CELLS.format(
    of_side=OF_SIDE, sex=SEX, rank=ranked("raw.period_date"), function=coded("function", "function_name"),
    sworn_status=coded("sworn", "sworn_status"), sworn_code=coded("sworn", "sworn_code"), active=coded("active", "active_code"), unit=UNIT,
)  # fmt: skip
TABLES = {"mixed": MIXED, "aggregate": AGGREGATE_CELLS, "applicants": APPLICANT_CELLS, "complaints": COMPLAINT_CELLS}
ROWS = {"roster": STAFF_ROWS, "spells": SPELLS, "events": EVENT_ROWS, "training": TRAINING_ROWS, **TABLES}


# Lists that were just loaded have no statistics yet, and PostgreSQL would look each row up in each table of codes.
HASHED = ("enable_nestloop", "jit")
NOBODY = 0  # no delivery has this number


class Differences:
    """Counts the people who differ between two deliveries of lists of one grain, or of a staff list and a table of counts, each pair once."""

    def __init__(self, connection: psycopg.Connection, grains: dict[str, str], registers: Registers) -> None:
        """`grains`: of each contract. `registers`: what figures count of registers."""
        self._connection, self._grains, self._registers = connection, grains, registers
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
            found = _of_cells(self._rows(CELLS, grain, one, other))
            return replace(found, added=_of_cells(self._rows(CELLS, grain, one, (other[0], NOBODY)))) if adds else found
        rows = self._rows(
            PEOPLE,
            grain,
            one,
            other,
            year="year" if grain == "spells" else "null::int",
            each="distinct" if grain in REGISTERS else "",
        )
        if grain in ("events", "training"):
            rows = self._with_sex(one[0].agency_code, rows)
        found = _of_rows(rows)
        return replace(found, added=_of_rows([row for row in rows if row.is_on_first])) if adds else found

    def _rows(self, query: str, grain: str, *sides: Side, **more: str) -> list[Any]:
        given: list[Any] = [
            value for place, number in sides for value in (place.agency_code, place.period_date, place.rows_year, number)
        ]
        given += _counted(grain, self._registers)
        with self._connection.transaction(), self._connection.cursor(row_factory=namedtuple_row) as cursor:
            for setting in HASHED:
                cursor.execute(f"set local {setting} = off")
            found = cursor.execute(query.format(sides=SIDES, rows=ROWS[grain], **more), given).fetchall()
            for setting in HASHED:
                cursor.execute(f"set local {setting} to default")
        return found

    def _with_sex(self, agency: str, rows: list[Any]) -> list[Any]:
        unknown = [row.person_key for row in rows if not (row.is_woman or row.is_man)]
        of_lists = self._connection.execute(SEX_OF, (agency, unknown)).fetchall() if unknown else ()
        known = {key: {"is_woman": is_woman, "is_man": is_man} for key, is_woman, is_man in of_lists}
        return [row._replace(**known.get(row.person_key, {})) for row in rows]


def _counted(grain: str, registers: Registers) -> tuple[list[str], list[str], list[str | None]]:
    """The words of a register that figures count, each with what it is counted as and the breakdown by which it is counted apart."""
    of_grain = [
        (word, kind, each.apart)
        for register, counts in registers.items()
        if register == grain
        for kind, each in counts.items()
        for word in words_of(register, each)
    ]
    words, kinds, apart = zip(*of_grain, strict=True) if of_grain else ((), (), ())
    return list(words), list(kinds), list(apart)


def _of_rows(rows: Sequence[Any]) -> Difference:
    """Of rows (person_key, year, kind, is_woman, is_man, differs): one for each person, or for each person, year and kind."""
    by_part: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for row in rows:
        by_part[row.year or 0, row.kind or ""].append(row)
    whole = _of_people(rows)
    if by_part.keys() <= {(0, "")}:
        return whole
    parts = (replace(_of_people(by_part[part]), year=part[0] or None, kind=part[1] or None) for part in sorted(by_part))
    return replace(whole, apart=tuple(parts))


def _of_people(rows: Sequence[Any]) -> Difference:
    """Those who differ, each once, and those who differ in anything."""
    people: dict[str, tuple[bool, bool]] = {}
    for row in rows:
        was = people.get(row.person_key, (False, False))
        people[row.person_key] = (was[0] or row.is_woman, was[1] or row.is_man)
    in_all = _by_sex(people.values())
    found = _by_sex([people[key] for key in {row.person_key for row in rows if row.differs}])
    return _beside(found, in_all)


def _by_sex(sexes: Iterable[tuple[bool, bool]]) -> Difference:
    sexes = list(sexes)
    return Difference(len(sexes), sum(sex[0] for sex in sexes), sum(sex[1] for sex in sexes))


def _beside(found: Difference, in_all: Difference) -> Difference:
    return found if found == in_all else replace(found, in_all=in_all)


def _of_cells(rows: Sequence[Any]) -> Difference:
    """Of rows (kind, is_in_all, gender, bound, n_more, n_fewer). Nobody knows who is counted in two kinds: of all kinds together, as many differ as of one."""

    def of(kind: str | None) -> Difference:
        by_depth = ([row[2:] for row in rows if row.kind == kind and row.is_in_all is depth] for depth in (False, True))
        return _beside(*map(of_counts, by_depth))

    kinds = sorted({row.kind for row in rows if row.kind is not None})
    if not kinds:
        return of(None)
    parts = tuple(replace(of(kind), kind=kind) for kind in kinds)
    most = max(parts, key=lambda part: part.of_anything.people)
    return replace(most, kind=None, apart=tuple(part for part in parts if part.of_anything.people))


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
