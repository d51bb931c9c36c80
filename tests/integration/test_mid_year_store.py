"""Mid-years decided on a real PostgreSQL: who is in post, what readers saw, and what a warehouse that lost a file does."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest

from publication.effective import decide_now, keep_snapshots, pending, store, version_of
from publication.lost import LOST
from publication.mid_year import NEIGHBOUR
from publication.revised import revised_lists
from publication.snapshots import EARLY, FIRST, NEWEST, WAITS
from tests.integration.dbt_project import deliver, prepare
from tests.integration.test_differences import POLICY

SMALL = POLICY.model_copy(update={"min_staff_mid_year": 100})  # so that lists are short


def people(date, joined=0, n_women=40, n_men=80):
    return [
        {"period_date": date, "person_key": f"{sex}{number}", "sex_code": sex}
        for sex, n in (("ญ", n_women), ("ช", n_men))
        for number in range(joined, n + joined)
    ]


@pytest.fixture
def filled(warehouse):
    prepare(warehouse)
    return warehouse


def send(url, date, joined=0, name=None, rows=None):
    deliver(url, "tha_pol", "THA-POL", people(date, joined) if rows is None else rows, name or date)


def release(url, is_published=True):
    with psycopg.connect(url) as connection:
        store(connection, decide_now(connection, SMALL))
        connection.execute("update release.release set state = 'superseded' where state = 'current'")
        (number,) = connection.execute(
            "insert into release.release (state, catalogue_version, content_hash, n_cells, n_suppressed, published_at)"
            " values (%s, '1', '', 0, 0, %s) returning release_id",
            ("current" if is_published else "rejected", dt.datetime.now(dt.UTC) if is_published else None),
        ).fetchone()
        keep_snapshots(connection, number)
        return number


def mid_years(url):
    with psycopg.connect(url) as connection:
        return {
            each.place.period_date.isoformat(): (each.delivery_no, each.reason)
            for each in decide_now(connection, SMALL)
            if each.period == "mid-year"
        }


def test_people_in_post_are_counted_and_not_rows_or_people_who_left(filled):
    rows = people("2025-06-30", n_women=30, n_men=70)
    send(filled, "2025-06-30", rows=[*rows[1:], *rows[1:3]], name="ninety-nine people in a hundred and one rows")
    assert mid_years(filled) == {}
    send(filled, "2025-06-30", rows=[{**rows[0], "separation_date": "2025-06-30"}, *rows[1:]], name="one left")
    assert mid_years(filled) == {}
    send(filled, "2025-06-30", rows=[{**rows[0], "separation_date": "2025-07-01"}, *rows[1:]], name="one leaves")
    assert mid_years(filled) == {"2025-06-30": (3, FIRST)}


def test_a_mid_year_that_readers_saw_is_compared_with_and_one_of_a_rejected_release_is_not(filled):
    send(filled, "2025-06-30")
    release(filled, is_published=False)
    send(filled, "2025-06-30", rows=people("2025-06-30")[1:], name="one less")
    assert mid_years(filled) == {"2025-06-30": (2, FIRST)}
    release(filled)
    send(filled, "2025-06-30", name="one more again", rows=people("2025-06-30")[:-1])
    assert mid_years(filled) == {"2025-06-30": (2, WAITS)}


def test_over_two_years_each_is_compared_with_the_snapshots_beside_it(filled):
    for number, date in enumerate(("2024-12-31", "2025-06-30", "2025-12-31")):
        send(filled, date, 10 * number)
        release(filled)
    assert mid_years(filled) == {"2025-06-30": (2, NEWEST)}
    send(filled, "2026-06-30", rows=people("2026-06-30", 20)[1:])
    assert mid_years(filled) == {"2025-06-30": (2, NEWEST), "2026-06-30": (None, NEIGHBOUR)}
    with psycopg.connect(filled) as connection:
        waiting = {each.date: (each.file_name, each.decision.n_missing) for each in pending(connection, SMALL)}
    assert waiting["mid-year 2026"] == ("2026-06-30", 9)


def test_a_list_of_a_june_that_has_not_come_is_no_mid_year_yet(filled):
    send(filled, "2025-06-30")
    send(filled, "2099-06-30", 10)
    with psycopg.connect(filled) as connection:
        connection.execute("update raw.hr_delivery set delivered_at = now() where delivery_no = 2")
    assert mid_years(filled) == {"2025-06-30": (1, FIRST)}
    with psycopg.connect(filled) as connection:
        early = [each.reason for each in decide_now(connection, SMALL) if each.place.period_date.year == 2099]
    assert early == [EARLY]


def test_what_is_stored_is_apart_from_the_lists_of_years_and_changes_the_version_of_a_build(filled):
    send(filled, "2024-12-31")
    with psycopg.connect(filled) as connection:
        before = version_of(decide_now(connection, SMALL))
    send(filled, "2025-06-30", 10)
    with psycopg.connect(filled) as connection:
        decisions = decide_now(connection, SMALL)
        assert version_of(decisions) != version_of(each for each in decisions if each.period == "year") != before
        store(connection, decisions)
        assert connection.execute("select period_date::text, delivery_no from ops.effective_delivery order by 1").fetchall() == [
            ("2024-12-31", 1),
            ("2025-06-30", None),
        ]
        assert connection.execute("select period_date::text, delivery_no from ops.mid_year_delivery").fetchall() == [
            ("2025-06-30", 2)
        ]


def test_a_lost_file_of_a_mid_year_lets_no_other_take_its_place(filled):
    send(filled, "2024-12-31")
    send(filled, "2025-06-30", 10)
    release(filled)
    with psycopg.connect(filled) as connection:
        for table in ("hr_delivery_period", "hr_staff", "hr_delivery"):
            connection.execute(f"delete from raw.{table} where delivery_no = 2")
    send(filled, "2025-06-30", 40, name="another")
    assert mid_years(filled) == {"2025-06-30": (None, f"{LOST}: load the list of THA-POL of 2025-06-30 again")}


def test_a_revised_mid_year_is_named_in_the_comparison_of_two_releases(filled):
    send(filled, "2024-12-31")
    send(filled, "2025-06-30", 10)
    first = release(filled)
    send(filled, "2025-06-30", 30, name="another")
    second = release(filled)
    with psycopg.connect(filled) as connection:
        [found] = revised_lists(connection, first, second, POLICY.registers)
    assert (found.date, found.people, found.women, found.men) == ("mid-year 2025", 80, 40, 40)
