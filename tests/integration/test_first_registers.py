"""A first register of events, or first spells, beside lists of staff that readers saw already: on a real PostgreSQL."""

from __future__ import annotations

import psycopg
import pytest

from publication.difference import Difference
from publication.effective import decide_now, store
from publication.late import RETOLD
from publication.snapshots import FIRST, NEWEST, WAITS
from tests.integration.dbt_project import build_models, deliver, query
from tests.integration.dbt_registers import deliver_register
from tests.integration.test_deliveries_of_contracts import decisions
from tests.integration.test_differences import POLICY, WOMAN, on, release, waiting
from tests.integration.three_lists import EVENTS, ONE, SPELLS, YEARS, found, of_both, register, staff


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


EXPECTED = [
    ([("w1", "left", "2024-12-31")], 2024, f"{RETOLD}, in 2024: leavers", ONE),
    (of_both(7, "left", "2024-12-31"), 2024, FIRST, None),
    ([*of_both(7, "left", "2025-03-01")], 2025, FIRST, None),
    ([*of_both(7, "left", "2024-12-31"), ("w8", "joined", "2024-05-01")], 2024, FIRST, None),  # she was listed before: nothing hangs on it
    ([*of_both(7, "left", "2025-03-01"), ("new w1", "joined", "2025-05-01")], 2025, f"{RETOLD}, in 2025: hires", ONE),
    ([*of_both(7, "moved", "2024-05-01"), ("w1", "left", "2024-12-31")], 2024, f"{RETOLD}, in 2024: leavers", ONE),  # transfers move no figure
    ([*of_both(7, "left", "2025-03-01"), ("w18", "risen", "2025-05-01")], 2025, FIRST, None),  # she did not begin in grade 1
    ([("w1", "moved", "2024-12-31"), ("unlisted", "left", "2024-12-31")], 2024, FIRST, None),
    ([("w18", "left", "2025-05-01")], 2025, FIRST, None),  # who is listed afterwards has not left
    ([("w18", "left", "2026-05-01"), ("w18", "left", "2025-12-31")], 2025, f"{RETOLD}, in 2025: leavers", ONE),
    ([("w1", "on leave", "2024-12-31")], 2024, FIRST, None),  # who is on leave has not left
]  # fmt: skip


@pytest.mark.parametrize(("entries", "year", "reason", "difference"), EXPECTED, ids=str)
def test_a_first_register_counts_where_it_tells_otherwise_of_nobody_or_enough_people(
    three_lists, entries, year, reason, difference
):
    register(three_lists, "first", *entries)
    assert found(three_lists, year) == (reason, difference)


def test_one_entry_moves_no_published_figure_and_fourteen_do(three_lists, tmp_path):
    before = separations(three_lists, tmp_path)
    register(three_lists, "one", ("w1", "left", "2024-12-31"))
    assert [(each.file_name, each.date, each.decision.n_missing) for each in waiting(three_lists)] == [("one", "2024", 9)]
    assert separations(three_lists, tmp_path) == before == {2025: 10}
    register(three_lists, "fourteen", *of_both(7, "left", "2024-12-31"))
    assert waiting(three_lists) == []
    assert separations(three_lists, tmp_path) == {2024: 7, 2025: 3}
    release(three_lists)
    register(three_lists, "fifteen", *of_both(7, "left", "2024-12-31"), ("w8", "left", "2024-12-31"))
    assert found(three_lists, 2024) == (f"{WAITS}: leavers", ONE)
    assert separations(three_lists, tmp_path) == {2024: 7, 2025: 3}
    register(three_lists, "more", *of_both(10, "left", "2024-12-31"))
    assert found(three_lists, 2024) == (f"{WAITS}: leavers", Difference(6, 3, 3))
    register(three_lists, "enough", *[(f"{sex}{n}", "left", "2024-12-31") for sex in "wm" for n in range(4, 10)])
    assert found(three_lists, 2024)[0] == NEWEST


def test_a_second_contract_of_the_year_is_compared_with_the_first(three_lists):
    with psycopg.connect(three_lists) as connection:
        for table in ("catalogue_hr_contract", "catalogue_hr_code"):
            connection.execute(
                f'insert into raw.{table} select (jsonb_populate_record(given, \'{{"contract": "other_events"}}\')).* from raw.{table} as given where contract = %s',
                (EVENTS,),
            )
    register(three_lists, "fourteen", *of_both(7, "left", "2025-03-01"))
    release(three_lists)
    deliver_register(
        three_lists, "other_events", "THA-POL", "event", [{"person_key": "w8", "event_code": "left", "event_date": "2025-03-01"}]
    )
    assert decisions(three_lists)["other_events", "2025"].waits


def test_a_register_of_years_that_no_list_told_of_comes_freely(three_lists):
    deliver(three_lists, "tha_pol", "THA-POL", on("2026-12-31", staff("2025-12-31")[15:]), "2026")
    register(three_lists, "first", ("w19", "left", "2026-03-01"))
    assert found(three_lists, 2026) == (FIRST, None)


def served(key, hired=None, left=None):
    return {"person_key": key, "sex_code": "ญ" if "w" in key.split()[-1] else "ช", "rank_name": WOMAN["rank_name"], "hire_date": hired,
            "separation_date": left}  # fmt: skip


def spells(day_of):
    """Whole service as the lists tell it, but for those of whom `day_of` gives another day of leaving."""
    people = {row["person_key"] for day in YEARS for row in staff(day)}
    middle = "2025-07-01"
    gone = {f"{sex}{n}": middle for sex in "wm" for n in range(10)} | day_of
    return [served(key, middle if key.startswith("new") else "2010-05-01", gone.get(key)) for key in sorted(people)]


@pytest.mark.parametrize(
    ("day_of", "waits"),
    [
        ({}, False),
        ({"w1": "2024-12-31"}, True),
        ({f"{sex}{n}": "2024-12-31" for sex in "wm" for n in range(7)}, False),
        ({f"{sex}{n}": "2024-12-31" for sex in "wm" for n in range(4)}, True),
    ],
)
def test_first_spells_count_where_they_tell_otherwise_of_nobody_or_enough_people(three_lists, day_of, waits):
    deliver(three_lists, SPELLS, "THA-POL", spells(day_of), "spells")
    decision = decisions(three_lists)[SPELLS, "1900-01-01"]
    assert (decision.waits, decision.reason) == (waits, f"{RETOLD}, in {decision.difference.year}: leavers" if waits else FIRST)


def test_flows_stay_those_of_the_lists_while_spells_wait(three_lists, tmp_path):
    deliver(three_lists, SPELLS, "THA-POL", spells({"w1": "2024-12-31"}), "spells")
    assert separations(three_lists, tmp_path) == {2025: 10}
    assert query(three_lists, "select min(observed_from) as day from core.int_staff__window where agency_code = 'THA-POL'") != []
