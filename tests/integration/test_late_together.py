"""What comes late in consecutive releases is held against all that each release told, together: three deliveries, on a real PostgreSQL."""

from __future__ import annotations

import psycopg

from publication.late import RETOLD
from publication.snapshots import FIRST, NEWEST
from tests.integration.dbt_project import deliver, prepare
from tests.integration.test_deliveries_of_contracts import decisions
from tests.integration.test_differences import PEOPLE, on, release
from tests.integration.three_lists import ONE, found, of_both, register, staff


def test_the_register_of_a_second_year_does_not_leave_one_person_moved_by_that_of_the_first(three_lists):
    """By the lists, twenty left in 2025. The first register says of fourteen that it was in 2024, the next that of thirteen of these it was not."""
    register(three_lists, "2024", *of_both(7, "left", "2024-12-31"))
    assert found(three_lists, 2024) == (FIRST, None)
    release(three_lists)
    back = [entry for entry in of_both(7, "left", "2025-03-01") if entry[0] != "w0"]
    register(three_lists, "2025", *of_both(7, "left", "2024-12-31"), *back)
    assert found(three_lists, 2025) == (f"{RETOLD}, in 2024: leavers", ONE)
    assert found(three_lists, 2024) == (NEWEST, None)


def test_a_correction_does_not_take_a_register_back_but_for_one_person(three_lists):
    register(three_lists, "first", *of_both(7, "left", "2024-12-31"))
    release(three_lists)
    register(three_lists, "second", ("w0", "left", "2024-12-31"))
    assert found(three_lists, 2024) == (f"{RETOLD}, in 2024: leavers", ONE), (
        "in the release before the first register nobody left in 2024"
    )
    register(three_lists, "third", *[(f"{sex}{n}", "left", "2024-12-31") for sex in "wm" for n in range(4, 10)])
    assert found(three_lists, 2024)[0] == NEWEST


def test_a_list_between_two_published_ones_moves_no_leaver_alone(warehouse):
    """Without a list of 2024, who is gone left midway, in 2024. The list that comes late still has one of the twenty, and differs from both of its neighbours
    in many functions."""
    prepare(warehouse)

    for day in ("2023-12-31", "2025-12-31"):
        deliver(warehouse, "tha_pol", "THA-POL", on(day, staff(day)), day)
    release(warehouse)
    others = [{**row, "function_name": "ชายแดน"} for row in staff("2025-12-31")]
    still_there = [row for row in PEOPLE if row["person_key"] == "w1"]
    deliver(
        warehouse, "tha_pol", "THA-POL", [{**row, "hire_date": None} for row in on("2024-12-31", [*others, *still_there])], "late"
    )
    late = decisions(warehouse)["tha_pol", "2024-12-31"]
    assert (late.reason, late.difference.people, late.n_missing) == (f"{RETOLD}, in 2024: leavers", 1, 9)
    many = [row for row in PEOPLE if row["person_key"] in {f"{sex}{n}" for sex in "wm" for n in range(6)}]
    deliver(warehouse, "tha_pol", "THA-POL", [{**row, "hire_date": None} for row in on("2024-12-31", [*others, *many])], "later")
    assert decisions(warehouse)["tha_pol", "2024-12-31"].reason == FIRST


def test_a_version_that_was_published_is_asked_again_beside_other_lists(warehouse):
    """The first list of 2024 was told with a list of 2025 that had everybody. Beside the corrected one it would tell of one woman, w6, that she left a year later."""
    prepare(warehouse)
    away = {f"w{n}" for n in range(6)} | {f"m{n}" for n in range(5)}  # on leave at the end of 2024
    twelve = {f"{sex}{n}" for sex in "wm" for n in range(6, 12)}

    def send(day, without, name):
        rows = [{**row, "hire_date": None} for row in PEOPLE if row["person_key"] not in without]
        deliver(warehouse, "tha_pol", "THA-POL", on(day, rows), name)

    for day, without in (("2023-12-31", ()), ("2024-12-31", away), ("2025-12-31", ())):
        send(day, without, day)
    release(warehouse)
    send("2024-12-31", away | twelve, "2024 again")
    release(warehouse)
    send("2025-12-31", away | {"w6"}, "2025 again")
    assert not decisions(warehouse)["tha_pol", "2025-12-31"].waits
    release(warehouse)
    with psycopg.connect(warehouse) as connection:
        connection.execute("update raw.hr_delivery set delivered_again_at = clock_timestamp() where file_name = '2024-12-31'")
    found = decisions(warehouse)["tha_pol", "2024-12-31"]
    assert (found.reason, found.n_missing, found.difference.people) == (f"{RETOLD}, in 2024: leavers", 9, 1)
    assert found.delivery_no != found.newest_no
