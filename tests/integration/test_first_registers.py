"""A first register of events, or first spells, beside lists of staff that readers saw already: on a real PostgreSQL."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest

from publication.difference import Difference
from publication.effective import decide_now, store
from publication.late import RETOLD
from publication.snapshots import FIRST, NEWEST, WAITS
from tests.integration.dbt_project import build_models, deliver, prepare, query
from tests.integration.dbt_registers import deliver_register
from tests.integration.test_deliveries_of_contracts import CODES, decisions
from tests.integration.test_differences import MAN, PEOPLE, POLICY, WOMAN, on, release, waiting

EVENTS, SPELLS = "tha_pol_events", "tha_pol_spells"
WORDS = {
    "left": "separation",
    "resigned": "resignation",
    "joined": "hire",
    "risen": "promotion",
    "moved": "transfer",
    "on leave": "leave",
}
YEARS = ("2023-12-31", "2024-12-31", "2025-12-31")


@pytest.fixture
def filled(warehouse):
    """Lists of three year-ends that readers saw. During 2025 ten women and ten men left, w0 to w9 and m0 to m9, and as many came, without a day of either."""
    prepare(warehouse)
    with psycopg.connect(warehouse) as connection:
        for name, grain in ((EVENTS, "events"), (SPELLS, "spells")):
            for table in CODES:
                copied = (
                    f"select (jsonb_populate_record(given, jsonb_build_object('contract', %s::text))).* from raw.{table} as given"
                )
                connection.execute(f"insert into raw.{table} {copied} where contract = 'tha_pol'", (name,))
            connection.execute("update raw.catalogue_hr_contract set grain = %s where contract = %s", (grain, name))
        for code, value in WORDS.items():
            connection.execute(
                "insert into raw.catalogue_hr_code (contract, kind, code, value) values (%s, 'event', %s, %s)",
                (EVENTS, code, value),
            )
        connection.execute(
            "update raw.catalogue_hr_contract set observed_from = '2024-01-01', observed_to = '2025-12-31', extract_date = '2025-12-31' where contract = %s",
            (SPELLS,),
        )
    for day in YEARS:
        deliver(warehouse, "tha_pol", "THA-POL", on(day, staff(day)), day)
    release(warehouse)
    return warehouse


def staff(day):
    gone = {f"{sex}{n}" for sex in "wm" for n in range(10)} if day == "2025-12-31" else set()
    new = [{**person, "person_key": f"new {person['person_key']}{n}"} for person in (WOMAN, MAN) for n in range(10) if gone]
    return [{**row, "hire_date": None} for row in PEOPLE if row["person_key"] not in gone] + [
        {**row, "hire_date": None} for row in new
    ]


def register(url, name, *entries):
    """Entries of (person, word, day)."""
    rows = [{"person_key": key, "event_code": word, "event_date": day} for key, word, day in entries]
    deliver_register(url, EVENTS, "THA-POL", "event", rows, name=name)


def of_both(n, word, day, prefix=""):
    return [(f"{prefix}{sex}{number}", word, day) for sex in "wm" for number in range(n)]


def found(url, year):
    decision = decisions(url)[EVENTS, str(year)]
    return decision.reason, decision.difference and replace(decision.difference.of_anything, year=None, kind=None)


def separations(url, target):
    """Of women, by year, as indicators count them when the deliveries count that are decided on."""
    with psycopg.connect(url) as connection:
        store(connection, decide_now(connection, POLICY))
    build_models(url, target, "--select", "+fct_staff_event", deliveries="effective")
    rows = query(
        url,
        "select cast(extract(year from event_date) as int) as year, count(*) as n from core.fct_staff_event"
        " where event_type = 'separation' and gender = 'woman' group by 1 order by 1",
    )
    return {row["year"]: row["n"] for row in rows}


ONE = Difference(1, 1, 0)
EXPECTED = [
    ([("w1", "left", "2024-12-31")], 2024, f"{RETOLD}, in 2024: leavers", ONE),
    (of_both(7, "left", "2024-12-31"), 2024, FIRST, None),
    ([*of_both(7, "left", "2025-03-01")], 2025, FIRST, None),
    ([*of_both(7, "left", "2024-12-31"), ("w8", "joined", "2024-05-01")], 2024, FIRST, None),  # she was listed before: nothing hangs on it
    ([*of_both(7, "left", "2025-03-01"), ("new w1", "joined", "2025-05-01")], 2025, f"{RETOLD}, in 2025: hires", ONE),
    ([*of_both(7, "moved", "2024-05-01"), ("w1", "left", "2024-12-31")], 2024, f"{RETOLD}, in 2024: leavers", ONE),  # transfers move no figure
    ([*of_both(7, "left", "2025-03-01"), ("w18", "risen", "2025-05-01")], 2025, f"{RETOLD}, in 2025: promotions", ONE),
    ([("w1", "moved", "2024-12-31"), ("unlisted", "left", "2024-12-31")], 2024, FIRST, None),
    ([("w18", "left", "2025-05-01")], 2025, FIRST, None),  # who is listed afterwards has not left
    ([("w18", "left", "2026-05-01"), ("w18", "left", "2025-12-31")], 2025, f"{RETOLD}, in 2025: leavers", ONE),
    ([("w1", "on leave", "2024-12-31")], 2024, FIRST, None),  # who is on leave has not left
]  # fmt: skip


@pytest.mark.parametrize(("entries", "year", "reason", "difference"), EXPECTED, ids=str)
def test_a_first_register_counts_where_it_tells_otherwise_of_nobody_or_enough_people(filled, entries, year, reason, difference):
    register(filled, "first", *entries)
    assert found(filled, year) == (reason, difference)


def test_one_entry_moves_no_published_figure_and_fourteen_do(filled, tmp_path):
    before = separations(filled, tmp_path)
    register(filled, "one", ("w1", "left", "2024-12-31"))
    assert [(each.file_name, each.date, each.decision.n_missing) for each in waiting(filled)] == [("one", "2024", 9)]
    assert separations(filled, tmp_path) == before == {2025: 10}
    register(filled, "fourteen", *of_both(7, "left", "2024-12-31"))
    assert waiting(filled) == []
    assert separations(filled, tmp_path) == {2024: 7, 2025: 3}
    release(filled)
    register(filled, "fifteen", *of_both(7, "left", "2024-12-31"), ("w8", "left", "2024-12-31"))
    assert found(filled, 2024) == (f"{WAITS}: leavers", ONE)
    assert separations(filled, tmp_path) == {2024: 7, 2025: 3}
    register(filled, "more", *of_both(10, "left", "2024-12-31"))
    assert found(filled, 2024) == (f"{WAITS}: leavers", Difference(6, 3, 3))
    register(filled, "enough", *[(f"{sex}{n}", "left", "2024-12-31") for sex in "wm" for n in range(4, 10)])
    assert found(filled, 2024)[0] == NEWEST


def test_a_second_contract_of_the_year_is_compared_with_the_first(filled):
    with psycopg.connect(filled) as connection:
        for table in ("catalogue_hr_contract", "catalogue_hr_code"):
            connection.execute(
                f'insert into raw.{table} select (jsonb_populate_record(given, \'{{"contract": "other_events"}}\')).* from raw.{table} as given where contract = %s',
                (EVENTS,),
            )
    register(filled, "fourteen", *of_both(7, "left", "2025-03-01"))
    release(filled)
    deliver_register(
        filled, "other_events", "THA-POL", "event", [{"person_key": "w8", "event_code": "left", "event_date": "2025-03-01"}]
    )
    assert decisions(filled)["other_events", "2025"].waits


def test_a_register_of_years_that_no_list_told_of_comes_freely(filled):
    deliver(filled, "tha_pol", "THA-POL", on("2026-12-31", staff("2025-12-31")[15:]), "2026")
    register(filled, "first", ("w19", "left", "2026-03-01"))
    assert found(filled, 2026) == (FIRST, None)


def served(key, hired=None, left=None):
    return {"person_key": key, "sex_code": "ญ" if "w" in key.split()[-1] else "ช", "rank_name": WOMAN["rank_name"], "hire_date": hired,
            "separation_date": left}  # fmt: skip


def spells(day_of):
    """Whole service as the lists tell it, but for those of whom `day_of` gives another day of leaving."""
    people = {row["person_key"] for day in YEARS for row in staff(day)}
    middle = "2025-07-01"
    gone = {f"{sex}{n}": middle for sex in "wm" for n in range(10)} | day_of
    return [served(key, middle if key.startswith("new") else None, gone.get(key)) for key in sorted(people)]


@pytest.mark.parametrize(
    ("day_of", "waits"),
    [
        ({}, False),
        ({"w1": "2024-12-31"}, True),
        ({f"{sex}{n}": "2024-12-31" for sex in "wm" for n in range(7)}, False),
        ({f"{sex}{n}": "2024-12-31" for sex in "wm" for n in range(4)}, True),
    ],
)
def test_first_spells_count_where_they_tell_otherwise_of_nobody_or_enough_people(filled, day_of, waits):
    deliver(filled, SPELLS, "THA-POL", spells(day_of), "spells")
    decision = decisions(filled)[SPELLS, "1900-01-01"]
    assert (decision.waits, decision.reason) == (waits, f"{RETOLD}, in {decision.difference.year}: leavers" if waits else FIRST)


def test_flows_stay_those_of_the_lists_while_spells_wait(filled, tmp_path):
    deliver(filled, SPELLS, "THA-POL", spells({"w1": "2024-12-31"}), "spells")
    assert separations(filled, tmp_path) == {2025: 10}
    assert query(filled, "select min(observed_from) as day from core.int_staff__window where agency_code = 'THA-POL'") != []
