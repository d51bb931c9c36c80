"""For tests: random stories of an agency's lists, registers and spells, each in two states, and what dbt makes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from ingestion.hr.rows import RAW_COLUMNS
from ingestion.warehouse import copy_rows
from publication.difference import Difference
from publication.listings import UNDATED, Place, Side
from tests.integration.dbt_project import STAFF
from tests.integration.test_deliveries_of_contracts import CODES
from tests.integration.three_lists import EVENTS, SPELLS

Row = dict[str, Any]
Lists = dict[Place, list[Row]]
Told = dict[str, dict[tuple[str, int], tuple[int, int, int]]]  # by agency, kind and year: people who differ, women and men
DAY = dt.timedelta(days=1)
OF_DELIVERY = (
    "delivery_no", "contract", "file_name", "content_sha256", "landing_uri", "grain", "is_provisional", "delivered_at", "n_rows", "n_quarantined", "notices",
)  # fmt: skip
OF_EFFECTIVE = (
    "contract", "agency_code", "period_date", "rows_year", "grain", "delivery_no", "newest_no", "has_breakdowns", "is_sealed", "reason",
)  # fmt: skip
YEAR_ENDS = tuple(dt.date(year, 12, 31) for year in (2022, 2023, 2024, 2025))
BETWEEN = tuple(dt.date(year, month, 28) for year in (2023, 2024, 2025) for month in (3, 6, 9))
RANKS = ("พลตำรวจ", "พลตำรวจ", "พลตำรวจ", "ส.ต.อ.", "ด.ต.", None)  # grades 1 to 3
SECOND = ("recruits", "promotions")  # of those who did not come or leave otherwise
GRAIN = {"tha_pol": "roster", EVENTS: "events", SPELLS: "spells"}


@dataclass(frozen=True)
class Story:
    """Two states of an agency: its lists by date, the rows of its register by year, and its spells; and which lists are sealed."""

    code: str
    states: tuple[Lists, Lists]
    sealed: frozenset[dt.date]
    numbers: list[dict[Place, int]] = field(default_factory=list)

    def sides(self, state: int) -> tuple[Side, ...]:
        return tuple(sorted(self.numbers[state].items()))


def story(random: Random, code: str) -> Story:
    """Few people, on most lists of four years; the second state has one more list, one list corrected, or another register or spells."""
    dates = sorted({*YEAR_ENDS, *random.sample(BETWEEN, random.randint(0, 3))})
    people = [_person(random, f"p{number}") for number in range(random.randint(4, 8))]
    lists = {Place("tha_pol", code, day): _list(random, people, day) for day in dates}
    registers = _registers(random, code, people)
    first = {**lists, **(registers if random.random() < 0.5 else {})}
    second = dict(first)
    change = random.choice(("list", "correction", "registers", "correction", "both", "spells"))
    if change in ("list", "both"):
        day = random.choice([day for day in BETWEEN if day not in dates])
        second[Place("tha_pol", code, day)] = _list(random, people, day)
    if change in ("correction", "both"):
        for day in random.sample(dates, random.randint(1, 2)):
            second[Place("tha_pol", code, day)] = _list(random, [_person(random, each["person_key"]) for each in people], day)
    if change in ("registers", "both"):
        second |= _registers(random, code, people)
    if change == "spells":
        second[Place(SPELLS, code, UNDATED)] = [_spell(random, each) for each in people for _ in range(random.choice((1, 1, 2)))]
    sealed = frozenset(day for day in random.sample(YEAR_ENDS[1:3], random.randint(0, 2)))
    return Story(code, (first, second), sealed)


def _day(random: Random, first: int = 2018, last: int = 2026) -> dt.date:
    return dt.date(first, 1, 1) + DAY * random.randrange(365 * (last - first))


def _person(random: Random, key: str) -> Row:
    return {
        "person_key": key,
        "sex_code": random.choice(("ญ", "ช")),
        "rank_name": random.choice(RANKS),
        "unit_name": "Office",
        "hire_date": random.choice((None, _day(random), _day(random, 2022))),
        "separation_date": None,
        "active_code": "อยู่",
        "from": random.choice((YEAR_ENDS[0], _day(random, 2022))),
        "to": random.choice((dt.date.max, dt.date.max, _day(random, 2023))),
    }


def _list(random: Random, people: list[Row], day: dt.date) -> list[Row]:
    rows = []
    for person in people:
        if not person["from"] <= day <= person["to"] or random.random() < 0.1:
            if day < person["to"] or random.random() < 0.6:
                continue
            person = {**person, "active_code": "ออก", "separation_date": random.choice((None, person["to"]))}
        other: Row = {}
        if random.random() < 0.3:
            other = random.choice((
                {"rank_name": random.choice(RANKS)}, {"hire_date": _day(random)}, {"hire_date": None}, {"sex_code": ""},
                {"separation_date": _day(random, 2022)}, {"unit_name": "Border Post 1"},
            ))  # fmt: skip
        rows.append({**person, **other, "period_date": day})
    return rows


def _registers(random: Random, code: str, people: list[Row]) -> Lists:
    found: Lists = {}
    for person in people:
        for _ in range(random.randint(0, 2)):
            day = _day(random, 2022)
            row = {"person_key": person["person_key"], "sex_code": person["sex_code"], "event_date": day}
            row["event_code"] = random.choice(("left", "resigned", "joined", "risen"))
            found.setdefault(Place(EVENTS, code, UNDATED, day.year), []).append(row)
    return found


def _spell(random: Random, person: Row) -> Row:
    return {
        **person,
        "hire_date": random.choice((None, _day(random), _day(random))),
        "separation_date": random.choice((None, _day(random, 2020))),
    }


def own_contract(connection: psycopg.Connection, contract: str, agency: str) -> None:
    """A contract of spells says whose service it tells of."""
    of_contract = {"agency_code": agency, "observed_from": "2023-01-01"}
    for table in CODES:
        other = Jsonb({"contract": contract, **(of_contract if table == "catalogue_hr_contract" else {})})
        connection.execute(
            f"insert into raw.{table} select (jsonb_populate_record(given, %s)).* from raw.{table} as given where contract = %s",
            (other, SPELLS),
        )


class Load:
    """Rows for raw and ops. Each state of a story is an agency of its own for dbt ("S01-0", "S01-1"); the deliveries of "S01" are those that are compared."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self._connection, self._number = connection, 0
        self._rows: dict[tuple[str, tuple[str, ...]], list[tuple[Any, ...]]] = {}

    def add(self, story: Story) -> None:
        for state, places in enumerate(story.states):
            kept = story.numbers[0] if state else {}
            story.numbers.append({
                place: kept[place] if state and story.states[0].get(place) == rows else self._deliver(place.contract, story.code, place, rows)
                for place, rows in places.items()
            })  # fmt: skip
            last = max(place.period_date for place in places)
            for place, rows in places.items():
                self._count(place, f"{story.code}-{state}", rows, is_sealed=place.period_date in story.sealed - {last})

    def copy(self) -> None:
        for (table, columns), rows in self._rows.items():
            copy_rows(self._connection, table, columns, rows)

    def _count(self, place: Place, agency: str, rows: list[Row], *, is_sealed: bool) -> None:
        """A delivery that dbt reads."""
        grain, contract = GRAIN[place.contract], place.contract
        if grain == "spells":
            contract = f"{SPELLS} {agency}"
            own_contract(self._connection, contract, agency)
        number = self._deliver(contract, agency, place, rows)
        row = (
            contract,
            agency,
            place.period_date,
            place.rows_year,
            grain,
            number,
            number,
            True,
            is_sealed and grain == "roster",
            "",
        )
        self._row("ops.effective_delivery", OF_EFFECTIVE, row)

    def _deliver(self, contract: str, agency: str, place: Place, rows: list[Row]) -> int:
        self._number += 1
        name, grain = str(self._number), GRAIN[place.contract]
        self._row(
            "raw.hr_delivery",
            OF_DELIVERY,
            (self._number, contract, name, name, "", grain, False, "2026-11-27", len(rows), 0, "[]"),
        )
        table, columns = (
            ("raw.hr_event", ("delivery_no", *RAW_COLUMNS["event"])) if grain == "events" else ("raw.hr_staff", STAFF)
        )
        for row_no, row in enumerate(rows, 1):
            full = {**row, "delivery_no": self._number, "agency_code": agency, "row_no": row_no, "sheet": ""}
            self._row(table, columns, tuple(full.get(column) for column in columns))
        return self._number

    def _row(self, table: str, columns: tuple[str, ...], row: tuple[Any, ...]) -> None:
        self._rows.setdefault((table, columns), []).append(row)


def load(url: str, stories: list[Story]) -> None:
    with psycopg.connect(url) as connection:
        loading = Load(connection)
        for each in stories:
            loading.add(each)
        loading.copy()


# What figures of staff count of each agency, year and person, from dbt's models: `what` is all that a figure is broken down by.
FLOWS = """
with spell as (
    select * from core.int_staff__spell where exclusion_reason is null
),

listed_year as (
    select agency_code as of_agency, extract(year from period_date)::int as period_year, max(period_date) as last_date from core.int_staff__snapshot group by 1, 2
),

beginner as (
    select agency_code, person_key, min(first_seen_date) as first_seen
    from core.int_staff__run
    where is_stock and not is_acting and grade is not null
    group by 1, 2
    having min(first_seen_date) = min(first_seen_date) filter (where grade = 1)
),

promoted as (
    select agency_code, person_key, min(event_date) as day from core.fct_staff_event where event_type = 'promotion' group by 1, 2
),

at_risk as (
    select
        spell.agency_code, spell.person_key, spell.gender, listed_year.period_year, promoted.day,
        greatest(beginner.first_seen, make_date(listed_year.period_year - 2, 1, 1)) as entered,
        least(
            (select max(least(run.last_seen_date, listed_year.last_date)) from core.int_staff__run as run
            where (run.agency_code, run.person_key) = (spell.agency_code, spell.person_key) and run.is_stock and not run.is_acting and run.grade is not null
                and run.first_seen_date <= listed_year.last_date),
            spell.ended_date
        ) as last
    from spell
    inner join beginner using (agency_code, person_key)
    inner join listed_year on spell.agency_code = of_agency and beginner.first_seen <= listed_year.last_date
    left join promoted using (agency_code, person_key)
    where spell.spell_no = 1 and spell.start_from <= beginner.first_seen
),

covered as (
    select spell.*, covered.period_year from spell inner join core.int_staff__covered_year as covered using (agency_code)
),

graded as (
    select person.agency_code, person.person_key, person.gender, person.grade, listed_year.period_year as year
    from core.int_staff__person_period as person
    inner join listed_year on person.agency_code = of_agency and person.period_date = last_date
    where person.is_stock and not person.is_acting
)

select agency_code, 'hires' as kind, period_year, person_key, gender, concat(first_grade) as what
from covered where extract(year from started_date) = period_year
union all
select agency_code, 'leavers', period_year, person_key, gender, concat(last_grade, ' ', case
    when started_date is null or started_date > ended_date then null
    when started_date > ended_date - interval '2 years' then '<2' when started_date > ended_date - interval '6 years' then '<6'
    when started_date > ended_date - interval '11 years' then '<11' when started_date > ended_date - interval '21 years' then '<21' else '21' end)
from covered where extract(year from ended_date) = period_year
union all
select agency_code, 'service', period_year, person_key, gender, '' from core.int_staff__person_year
union all
select agency_code, 'recruits', period_year, person_key, gender,
    concat(extract(year from started_date), ' ', case when extract(year from ended_date) <= period_year then extract(year from ended_date) end)
from covered where spell_no = 1 and extract(year from started_date) between period_year - 3 and period_year
union all
select agency_code, 'promotions', period_year, person_key, gender, concat(extract(year from case when day <= last then day end))
from at_risk where least(last, day) > entered
union all
select before.agency_code, 'promotions', later.year, person_key, before.gender, concat(before.grade, ' ', later.grade > before.grade)
from graded as before
inner join graded as later using (person_key)
where before.agency_code = later.agency_code and later.year = before.year + 1 and before.grade < 9 and later.grade is not null
"""


def told_by_dbt(url: str, stories: list[Story]) -> Told:
    """How many people differ between the two states of each agency."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(FLOWS).fetchall()
        covered = set(connection.execute("select agency_code, period_year from core.int_staff__covered_year").fetchall())
        listed = set(
            connection.execute(
                "select distinct agency_code, extract(year from period_date)::int from core.int_staff__snapshot"
            ).fetchall()
        )
    by_person: dict[tuple[str, str, int, str], list[tuple[str, str]]] = {}
    for agency, kind, year, person, gender, what in rows:
        by_person.setdefault((agency, kind, year, person), []).append((gender, what))
    found: Told = {}
    for each in stories:
        states = [f"{each.code}-{state}" for state in (0, 1)]
        sides = {
            key: [sorted(by_person.get((state, *key), [])) for state in states] for key in sorted({key[1:] for key in by_person if key[0] in states})
            if all((state, key[1]) in (listed if key[0] == "promotions" else covered) for state in states)
        }  # fmt: skip
        differing = [key for key, (one, other) in sides.items() if one != other]
        moved = {person for kind, _, person in differing if kind not in SECOND}
        of_agency = found.setdefault(each.code, {})
        for kind, year, person in differing:
            if kind in SECOND and person in moved:
                continue
            genders = {gender for side in sides[kind, year, person] for gender, _ in side}
            counts = of_agency.get((kind, year), (0, 0, 0))
            of_agency[kind, year] = (counts[0] + 1, counts[1] + ("woman" in genders), counts[2] + ("man" in genders))
    return found


def of_kinds(difference: Difference, kinds: set[str]) -> Iterator[tuple[tuple[str, int], tuple[int, int, int]]]:
    for part in difference.apart:
        if part.kind in kinds and part.people and part.year is not None:
            yield (part.kind, part.year), (part.people, part.women, part.men)
