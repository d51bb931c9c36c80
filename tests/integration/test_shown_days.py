"""Days that survey teams saw: they stay after erasures, and only become wider for versions of a form, on a real PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import psycopg
import pytest

from publication.shown_days import keep, source
from tests.unit.publication.policy import POLICY

RULES = POLICY.model_copy(update={"min_count": 5, "min_changed_respondents": 10})


@pytest.fixture
def connection(warehouse: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(warehouse) as opened:
        opened.execute(
            "create schema fieldwork; create table fieldwork.fieldwork__pace (form text, period_year int, agency_code text, n_to_date int, day date);"
            " create table fieldwork.fieldwork__version (form text, version_uid text, version_no int, n_submissions int, first_day date, last_day date);"
            " create table fieldwork.fieldwork__other (day date)"
        )
        yield opened


def day(number: int) -> dt.date:
    return dt.date(2026, 3, number)


def pace(connection, steps, agency="THA-POL", year=2026, form="culture"):
    """The steps of an agency as they are counted now, in place of those before."""
    where = "(form, agency_code) = (%s, %s) and period_year is not distinct from %s"
    connection.execute(f"delete from fieldwork.fieldwork__pace where {where}", (form, agency, year))
    for n, number in steps.items():
        connection.execute(
            "insert into fieldwork.fieldwork__pace values (%s, %s, %s, %s, %s)", (form, year, agency, n, day(number))
        )


def shown(connection, agency="THA-POL", year=2026, form="culture"):
    keep(connection, "fieldwork", "fieldwork__pace", RULES)
    rows = connection.execute(
        "select n_to_date, extract(day from day)::int from ops.pace_shown where (form, agency_code, period_year) = (%s, %s, %s) order by 1",
        (form, agency, year),
    )
    return dict(rows.fetchall())


def test_steps_of_fewer_people_than_are_told_and_of_no_wave_are_not_kept(connection):
    pace(connection, {4: 1, 5: 2, 10: 4})
    pace(connection, {10: 4}, year=None)
    assert shown(connection) == {5: 2, 10: 4}
    assert connection.execute("select count(*) from ops.pace_shown").fetchone() == (2,)


def test_what_was_shown_stays_where_an_erasure_moves_or_ends_it(connection):
    pace(connection, {5: 2, 10: 4, 15: 6})
    assert shown(connection) == {5: 2, 10: 4, 15: 6}
    pace(connection, {5: 3, 10: 5})  # one of the fifteen is erased
    assert shown(connection) == {5: 2, 10: 4, 15: 6}
    pace(connection, {5: 3, 10: 5, 15: 7, 20: 9})
    assert shown(connection) == {5: 2, 10: 4, 15: 6, 20: 9}


def test_a_new_step_is_never_earlier_than_those_below_it(connection):
    pace(connection, {5: 8, 10: 9})
    shown(connection)
    pace(connection, {5: 2, 10: 3, 15: 4})  # many answers of earlier days come late
    assert shown(connection) == {5: 8, 10: 9, 15: 9}
    pace(connection, {5: 2, 10: 3, 15: 4, 20: 12})
    assert shown(connection) == {5: 8, 10: 9, 15: 9, 20: 12}


def test_a_step_is_reached_on_its_first_day(connection):
    pace(connection, {5: 8})
    connection.execute("insert into fieldwork.fieldwork__pace values ('culture', 2026, 'THA-POL', 5, %s)", (day(6),))
    assert shown(connection) == {5: 6}


def test_once_more_than_a_few_are_gone_all_steps_of_the_agency_are_counted_anew_and_no_others(connection):
    everywhere = [
        {"agency": agency, "year": year, "form": form}
        for agency in ("THA-POL", "THA-IMM")
        for year in (2026, 2027)
        for form in ("culture", "other")
    ]
    for place in everywhere:
        pace(connection, {5: 2, 10: 4, 15: 6, 20: 8}, **place)
    shown(connection)
    for place in everywhere:
        pace(connection, {5: 3, 10: 9}, **place)  # ten of twenty: as many as may point at somebody
    assert {tuple(shown(connection, **place).items()) for place in everywhere} == {((5, 2), (10, 4), (15, 6), (20, 8))}
    pace(connection, {5: 3}, **everywhere[0])
    assert shown(connection, **everywhere[0]) == {5: 3}
    assert {tuple(shown(connection, **place)) for place in everywhere[1:]} == {(5, 10, 15, 20)}


def test_an_agency_of_which_nothing_is_left_keeps_what_a_few_told_and_loses_what_many_did(connection):
    pace(connection, {5: 2, 10: 4})
    pace(connection, {5: 2, 10: 4, 15: 5}, agency="THA-IMM")
    shown(connection)
    pace(connection, {})
    pace(connection, {}, agency="THA-IMM")
    assert shown(connection) == {5: 2, 10: 4} and shown(connection, agency="THA-IMM") == {}


def versions(connection, *rows):
    connection.execute("delete from fieldwork.fieldwork__version")
    for uid, n, first, last in rows:
        connection.execute(
            "insert into fieldwork.fieldwork__version values ('culture', %s, 1, %s, %s, %s)",
            (uid, n, first and day(first), last and day(last)),
        )


def shown_versions(connection):
    keep(connection, "fieldwork", "fieldwork__version", RULES)
    connection.commit()
    schema, table = source(connection, "fieldwork", "fieldwork__version")
    rows = connection.execute(
        f"select version_uid, n_submissions, extract(day from first_day)::int, extract(day from last_day)::int from {schema}.{table} order by 1"
    )
    found = rows.fetchall()
    connection.rollback()
    return found


def test_the_days_of_a_version_only_become_wider(connection):
    versions(connection, ("v1", 9, 3, 7))
    assert shown_versions(connection) == [("v1", 9, 3, 7)]
    versions(connection, ("v1", 8, 4, 6))
    assert shown_versions(connection) == [("v1", 8, 3, 7)]
    versions(connection, ("v1", 12, 2, 9))
    assert shown_versions(connection) == [("v1", 12, 2, 9)]
    versions(connection, ("v1", 6, 3, 4))
    assert shown_versions(connection) == [("v1", 6, 2, 9)]


def test_versions_of_a_few_and_without_days_are_not_kept_and_each_form_has_its_own(connection):
    versions(connection, ("few", 4, 3, 7), ("none", 9, None, 7), ("open", 9, 3, None), (None, 9, 3, 7), ("five", 5, 3, 7))
    shown_versions(connection)
    assert connection.execute("select version_uid from ops.version_shown").fetchall() == [("five",)]
    connection.execute("insert into fieldwork.fieldwork__version values ('other', 'five', 1, 9, %s, %s)", (day(5), day(6)))
    assert sorted(row for row in shown_versions(connection) if row[0] == "five") == [("five", 5, 3, 7), ("five", 9, 5, 6)]


def test_of_other_tables_nothing_is_kept_and_their_rows_are_their_own(connection):
    keep(connection, "fieldwork", "fieldwork__other", RULES)
    assert source(connection, "fieldwork", "fieldwork__other") == ("fieldwork", "fieldwork__other")
    assert source(connection, "fieldwork", "fieldwork__pace") == ("ops", "pace_shown")
