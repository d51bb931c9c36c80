"""What counts where two contracts of an agency deliver, a published file is gone, or a file comes again: on a real PostgreSQL."""

from __future__ import annotations

import psycopg
import pytest

from ingestion.warehouse import copy_rows
from publication.differences import Differences
from publication.effective import decide_now
from publication.late import ANOTHER_FILE, LATE
from publication.listings import Place
from publication.lost import LOST
from publication.snapshots import FIRST, NEWEST, WAITS
from publication.year_ends import ALIKE
from tests.integration.dbt_project import deliver, prepare
from tests.integration.dbt_registers import deliver_register
from tests.integration.test_differences import DECEMBER, MAN, PEOPLE, POLICY, WOMAN, on, release, waiting

SUCCESSOR = "tha_pol_new"
CODES = ("catalogue_hr_contract", "catalogue_sex_code", "catalogue_hr_code", "catalogue_rank")


@pytest.fixture
def filled(warehouse):
    """A second contract of one agency that says the same of every code, and a third of tables of counts."""
    prepare(warehouse)
    with psycopg.connect(warehouse) as connection:
        for name in (SUCCESSOR, "tha_pol_counts"):
            for table in CODES:
                copied = (
                    f"select (jsonb_populate_record(given, jsonb_build_object('contract', %s::text))).* from raw.{table} as given"
                )
                connection.execute(f"insert into raw.{table} {copied} where contract = 'tha_pol'", (name,))
        connection.execute("update raw.catalogue_hr_contract set grain = 'aggregate' where contract = 'tha_pol_counts'")
        connection.execute(
            'insert into raw.catalogue_hr_contract select (jsonb_populate_record(given, \'{"contract": "tha_pol_courses"}\')).*'
            " from raw.catalogue_hr_contract as given where contract = 'tha_pol_training'"
        )
        connection.execute(
            'insert into raw.catalogue_hr_code select (jsonb_populate_record(given, \'{"contract": "tha_pol_courses"}\')).*'
            " from raw.catalogue_hr_code as given where contract = 'tha_pol_training'"
        )
    return warehouse


def decisions(url):
    with psycopg.connect(url) as connection:
        return {
            (each.place.contract, str(each.place.rows_year or each.place.period_date)): each
            for each in decide_now(connection, POLICY)
        }


def count(url, date, n_by_gender, *, name="counts", grade=None):
    """A table of counts by gender, of the rank `grade` stands for."""
    with psycopg.connect(url) as connection:
        (number,) = connection.execute(
            "insert into raw.hr_delivery (contract, file_name, content_sha256, landing_uri, grain, is_provisional, delivered_at, n_rows,"
            " n_quarantined, notices) values ('tha_pol_counts', %(name)s, %(name)s, '', 'aggregate', false, clock_timestamp(), 1, 0, '[]')"
            " returning delivery_no",
            {"name": name},
        ).fetchone()
        connection.execute("insert into raw.hr_delivery_period values (%s, 'THA-POL', %s, 1)", (number, date))
        copy_rows(
            connection, "raw.hr_aggregate", ("delivery_no", "row_no", "agency_code", "period_date", "gender", "rank_name", "n_low", "n_high"),
            ((number, row, "THA-POL", date, gender, grade, n, n) for row, (gender, n) in enumerate(n_by_gender.items())),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (PEOPLE, FIRST),  # nobody differs
        (PEOPLE[1:], ANOTHER_FILE),
        ([*PEOPLE, {**WOMAN, "person_key": "x"}], ANOTHER_FILE),
        (PEOPLE[12:], FIRST),  # what is missing here stands on the other list still
        (PEOPLE[:40] + [{**row, "rank_name": "พ.ต.อ."} for row in PEOPLE[40:]], FIRST),
        ([{**WOMAN, "person_key": "x"}], ANOTHER_FILE),  # figures take both lists together: she would be one more
    ],
)
def test_a_list_of_a_new_contract_is_compared_with_what_another_published_of_the_date(filled, rows, reason):
    deliver(filled, "tha_pol", "THA-POL", PEOPLE, "first")
    release(filled)
    deliver(filled, SUCCESSOR, "THA-POL", rows, "second")
    found = decisions(filled)[SUCCESSOR, "2025-12-31"]
    assert (found.reason, found.delivery_no is None) == (reason, reason == ANOTHER_FILE)
    release(filled)
    assert (waiting(filled) == []) is (reason == FIRST)


def test_a_correction_of_one_contract_is_compared_with_the_other_as_well(filled):
    deliver(filled, "tha_pol", "THA-POL", PEOPLE, "first")
    deliver(filled, SUCCESSOR, "THA-POL", PEOPLE[15:], "of another")
    release(filled)
    deliver(filled, SUCCESSOR, "THA-POL", PEOPLE[1:], "fourteen more")
    found = decisions(filled)[SUCCESSOR, "2025-12-31"]
    assert (found.reason, found.difference.people) == (WAITS, 1)
    deliver(filled, SUCCESSOR, "THA-POL", PEOPLE, "fifteen more")
    assert decisions(filled)[SUCCESSOR, "2025-12-31"].reason == NEWEST


def test_the_year_end_of_a_successor_is_compared_with_its_predecessors(filled):
    for number, day in enumerate(("2022-12-31", "2023-12-31", "2024-12-31")):
        deliver(
            filled,
            "tha_pol",
            "THA-POL",
            on(day, [{**row, "person_key": row["person_key"] + "x" * number} for row in PEOPLE]),
            day,
        )
        release(filled)
    deliver(filled, SUCCESSOR, "THA-POL", [{**row, "person_key": row["person_key"] + "xx"} for row in PEOPLE[1:]], "2025")
    found = decisions(filled)
    assert (found[SUCCESSOR, "2025-12-31"].reason, found[SUCCESSOR, "2025-12-31"].has_breakdowns) == (ALIKE, False)
    assert found["tha_pol", "2024-12-31"].has_breakdowns


def test_a_late_list_of_another_contract_waits_after_the_last_of_its_year(filled):
    deliver(filled, "tha_pol", "THA-POL", on("2025-11-30"), "november")
    deliver(filled, "tha_pol", "THA-POL", on("2026-01-31"), "january")
    release(filled)
    deliver(filled, SUCCESSOR, "THA-POL", PEOPLE[1:], "december")
    assert decisions(filled)[SUCCESSOR, "2025-12-31"].reason == LATE


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ({"woman": 20, "man": 40}, FIRST),
        ({"woman": 19, "man": 40}, ANOTHER_FILE),
        ({"woman": 20, "man": 55}, FIRST),
        ({"woman": 17, "man": 55}, ANOTHER_FILE),
        ({"all": 60}, FIRST),
        ({"all": 61}, ANOTHER_FILE),
    ],
)
def test_a_table_of_counts_is_compared_with_a_list_as_the_table_counts(filled, counts, reason):
    left = {**MAN, "person_key": "left", "separation_date": "2025-06-01"}
    deliver(filled, "tha_pol", "THA-POL", [*PEOPLE, left, PEOPLE[0]], "list")
    release(filled)
    count(filled, DECEMBER, counts)
    assert decisions(filled)["tha_pol_counts", "2025-12-31"].reason == reason


def test_a_list_is_compared_with_a_table_by_the_grades_that_the_table_has(filled):
    count(filled, DECEMBER, {"woman": 20, "man": 40}, grade=" ร.ต.อ. ")
    deliver(filled, "tha_pol", "THA-POL", [PEOPLE[0] | {"rank_name": "พ.ต.อ."}, *PEOPLE[1:]], "list")
    places = Place("tha_pol_counts", "THA-POL", DECEMBER), Place("tha_pol", "THA-POL", DECEMBER)
    with psycopg.connect(filled) as connection:
        found = Differences(connection, {"tha_pol_counts": "aggregate", "tha_pol": "roster"}, POLICY.registers)(
            (places[0], 1), (places[1], 2)
        )
    assert (found.people, found.women, found.men) == (1, 0, 1)


COURSE = {"course_code": "ผู้นำ", "completed_date": "2024-03-01", "hours": 6}


@pytest.mark.parametrize(
    ("n_added", "reason"), [(0, FIRST), (1, f"{ANOTHER_FILE}: courses"), (9, f"{ANOTHER_FILE}: courses"), (12, FIRST)]
)
def test_entries_that_another_contract_adds_to_a_published_year_must_be_of_enough_people(filled, n_added, reason):
    deliver(filled, "tha_pol", "THA-POL", PEOPLE + [{**MAN, "person_key": f"new{n}"} for n in range(12)], "lists")
    entries = [{**COURSE, "person_key": row["person_key"]} for row in PEOPLE]
    deliver_register(filled, "tha_pol_training", "THA-POL", "training", entries)
    release(filled)
    more = [{**COURSE, "person_key": f"new{n}"} for n in range(n_added)] + [
        {**COURSE, "person_key": "m1", "completed_date": "2023-01-01"}
    ]
    deliver_register(filled, "tha_pol_courses", "THA-POL", "training", more)
    found = decisions(filled)
    assert found["tha_pol_courses", "2024"].reason == reason
    assert found["tha_pol_courses", "2023"].reason == FIRST, "nothing of that year was published"


def forget(url, *names):
    with psycopg.connect(url) as connection:
        for name in names:
            (number,) = connection.execute("select delivery_no from raw.hr_delivery where file_name = %s", (name,)).fetchone()
            for table in ("hr_delivery_period", "hr_staff", "hr_training", "hr_delivery"):
                connection.execute(f"delete from raw.{table} where delivery_no = %s", (number,))


def land(url, contract, name):
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into ops.landing_file (source, name, content_sha256, uri, n_bytes)"
            " select 'hr/' || contract, file_name, content_sha256, '', 1 from raw.hr_delivery where contract = %s and file_name = %s",
            (contract, name),
        )


def test_while_a_published_year_end_is_not_loaded_no_other_list_takes_its_place(filled):
    for number, day in enumerate(("2023-12-31", "2024-11-30", "2024-12-31")):
        deliver(
            filled,
            "tha_pol",
            "THA-POL",
            on(day, [{**row, "person_key": row["person_key"] + "x" * number} for row in PEOPLE]),
            f"{day}.csv",
        )
    land(filled, "tha_pol", "2024-12-31.csv")
    release(filled)
    release(filled)
    forget(filled, "2024-12-31.csv")
    deliver(filled, "tha_pol", "THA-POL", on("2025-12-31"), "2025-12-31.csv")
    deliver(filled, SUCCESSOR, "THA-POL", on("2024-12-31"), "successor.csv")
    found = decisions(filled)
    reason = f"{LOST}: load 2024-12-31.csv again"
    lost = {
        date
        for date, each in ((place[1], each) for place, each in found.items())
        if each.reason == reason and each.delivery_no is None
    }
    assert lost == {"2024-11-30", "2024-12-31", "2025-12-31"}
    assert found["tha_pol", "2023-12-31"].reason == NEWEST
    assert [each.file_name for each in waiting(filled)].count("") == 1
    release(filled, "candidate")  # what waits without a delivery is kept, too
    deliver(
        filled,
        "tha_pol",
        "THA-POL",
        on("2024-12-31", [{**row, "person_key": row["person_key"] + "xx"} for row in PEOPLE]),
        "2024-12-31.csv",
    )
    assert decisions(filled)["tha_pol", "2024-11-30"].reason == NEWEST
    assert not decisions(filled)["tha_pol", "2025-12-31"].waits


def test_a_list_whose_file_nobody_knows_is_named_by_agency_and_date(filled):
    deliver(filled, "tha_pol", "THA-POL", PEOPLE, "first")
    release(filled)
    forget(filled, "first")
    deliver(filled, "tha_pol", "THA-POL", PEOPLE[20:], "second")
    assert decisions(filled)["tha_pol", "2025-12-31"].reason == f"{LOST}: load the list of THA-POL of 2025-12-31 again"


def test_a_list_of_a_successor_waits_while_the_contract_before_it_is_gone_from_the_catalogue(filled):
    deliver(filled, "tha_pol", "THA-POL", on("2024-12-31"), "first")
    release(filled)
    with psycopg.connect(filled) as connection:
        for table in CODES:
            connection.execute(f"delete from raw.{table} where contract = 'tha_pol'")
    deliver(filled, SUCCESSOR, "THA-POL", PEOPLE[1:], "second")
    found = decisions(filled)[SUCCESSOR, "2025-12-31"]
    assert found.waits and found.reason == f"{LOST}: put the contract tha_pol back into catalogue/sources/hr"


def test_of_a_register_the_year_waits_whose_file_is_gone(filled):
    deliver(filled, "tha_pol", "THA-POL", PEOPLE, "lists")
    for name, contract in (("one.csv", "tha_pol_training"), ("two.csv", "tha_pol_courses")):
        rows = [{**COURSE, "person_key": row["person_key"]} for row in PEOPLE]
        deliver_register(filled, contract, "THA-POL", "training", rows, name=name)
    release(filled)
    forget(filled, "one.csv")
    found = decisions(filled)
    assert found["tha_pol_courses", "2024"].delivery_no is None and LOST in found["tha_pol_courses", "2024"].reason
    assert found["tha_pol", "2025-12-31"].reason == NEWEST


def test_a_correction_that_is_taken_back_gives_way_to_the_file_that_came_again(filled):
    deliver(filled, "tha_pol", "THA-POL", PEOPLE, "first")
    release(filled)
    deliver(filled, "tha_pol", "THA-POL", PEOPLE[15:], "second")
    release(filled)
    for number, _ in enumerate(range(3)):
        with psycopg.connect(filled) as connection:
            connection.execute(
                "update raw.hr_delivery set delivered_again_at = clock_timestamp() where file_name = %s",
                (("first", "second")[number % 2],),
            )
        release(filled)
        assert decisions(filled)["tha_pol", "2025-12-31"].delivery_no == number % 2 + 1
    assert waiting(filled) == []
