"""Each mask of the readers' layers at its limit and one step beyond, as PostgreSQL computes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from parity.catalogue.access import Column, Table
from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY
from publication.masks import select

WHY = "A reason of a test."
# In the catalogue both are 5: with one number each, neither can stand in for the other.
POLICY = load_policy(REPOSITORY / "catalogue").model_copy(update={"min_count": 7, "rounding_base": 5})


@pytest.fixture(scope="module")
def connection(postgres) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.url()) as opened:
        opened.execute("create schema asked")
        opened.execute("create table asked.some (n int, m int, pct float8, word text, at timestamptz, day date, place int)")
        yield opened
        opened.rollback()


def masked(connection: psycopg.Connection, rows: list[dict[str, Any]], columns: dict[str, Column], **table: Any) -> list[tuple]:
    """What is shown of these rows, in order."""
    connection.execute("truncate asked.some")
    for row in rows:
        statement = sql.SQL("insert into asked.some ({}) values ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, row)), sql.SQL(", ").join(map(sql.Placeholder, row))
        )
        connection.execute(statement, row)
    of = Table(columns=columns, **{"why_rows": WHY} | table)
    return sorted(connection.execute(select("asked", "some", of, POLICY)).fetchall(), key=str)


COUNT = Column(shown="count", why=WHY)
PLAIN = Column(why=WHY)


@pytest.mark.parametrize(
    ("n", "shown"), [(0, 0), (1, None), (6, None), (7, 5), (8, 10), (12, 10), (13, 15), (-1, None), (None, None)]
)
def test_a_count_is_nobody_or_enough_and_rounded(connection, n, shown):
    assert masked(connection, [{"n": n}], {"n": COUNT}) == [(shown,)]


@pytest.mark.parametrize(
    ("n", "m", "shown"), [(12, 23, 40.0), (6, 23, None), (0, 23, 0.0), (12, 0, None), (12, 6, None), (12, 24, 40.0)]
)
def test_a_per_cent_is_that_of_the_counts_that_are_shown(connection, n, m, shown):
    columns = {"n": COUNT, "m": COUNT, "pct": Column(shown="per cent", of=["n", "m"], why=WHY)}
    [(_, _, pct)] = masked(connection, [{"n": n, "m": m, "pct": 12.345}], columns)
    assert pct == shown


@pytest.mark.parametrize(
    ("n", "pct", "shown"), [(70, 34.9, 30.0), (69, 34.9, None), (70, 35.1, 40.0), (700, 0.0, 0.0), (0, 34.9, None)]
)
def test_a_share_goes_by_steps_that_hold_enough_respondents(connection, n, pct, shown):
    """A step of 10 % of 70 respondents is seven of them."""
    columns = {"n": COUNT, "pct": Column(shown="share", of=["n"], step=10, why=WHY)}
    assert [row[1] for row in masked(connection, [{"n": n, "pct": pct}], columns)] == [shown]


@pytest.mark.parametrize(("pct", "shown"), [(89.0, 60.0), (91.0, 120.0), (29.0, 0.0), (31.0, 60.0), (None, None)])
def test_a_step_is_the_nearest_multiple(connection, pct, shown):
    assert masked(connection, [{"pct": pct}], {"pct": Column(shown="step", step=60, why=WHY)}) == [(shown,)]


def test_a_day_is_that_of_utc_whatever_the_time_zone_of_the_session(connection):
    late = dt.datetime(2025, 6, 30, 23, 30, tzinfo=dt.UTC)
    connection.execute("set timezone = 'Asia/Bangkok'")
    assert masked(connection, [{"at": late}], {"at": Column(shown="day", why=WHY)}) == [(dt.date(2025, 6, 30),)]


def test_rows_alike_are_one_with_their_earliest_or_latest_value(connection):
    rows = [{"word": word, "day": dt.date(2025, 6, day)} for word, day in (("a", 3), ("a", 1), ("a", 2), ("b", 9))]
    first, last = (Column(shown=kind, why=WHY) for kind in ("earliest", "latest"))
    assert [row[1].day for row in masked(connection, rows, {"word": PLAIN, "day": first})] == [1, 9]
    assert [row[1].day for row in masked(connection, rows, {"word": PLAIN, "day": last})] == [3, 9]


def test_an_order_is_counted_anew_within_each_group_so_that_no_gap_tells_of_a_row_left_out(connection):
    rows = [{"word": word, "place": place} for word, place in (("a", 4), ("a", 2), ("a", 9), ("b", 7))]
    columns = {"word": PLAIN, "place": Column(shown="order", within=["word"], why=WHY)}
    assert masked(connection, rows, columns) == [("a", 1), ("a", 2), ("a", 3), ("b", 1)]


ROWS = [{"word": word, "n": n} for word in ("yes", "no") for n in (0, 6, 7)]


def test_rows_need_their_words_and_enough_people(connection):
    columns = {"word": PLAIN, "n": COUNT}
    assert masked(connection, ROWS, columns, needs="n") == [("no", 5), ("yes", 5)]
    assert masked(connection, ROWS, columns, only={"word": ["yes"]}) == [("yes", 0), ("yes", 5), ("yes", None)]
    assert masked(connection, ROWS, columns, only={"word": ["yes"]}, needs="n") == [("yes", 5)]
    assert len(masked(connection, ROWS, columns)) == 6


def test_a_column_needs_its_words_and_enough_people_and_is_empty_elsewhere(connection):
    def shown(**of: Any) -> list[tuple]:
        return masked(
            connection, [{**row, "place": 1} for row in ROWS], {"word": PLAIN, "n": COUNT, "place": Column(why=WHY, **of)}
        )

    assert [row[0] for row in shown(needs="n") if row[2]] == ["no", "yes"]
    assert [row[0] for row in shown(only={"word": ["yes"]}) if row[2]] == ["yes"] * 3
    assert [row[:2] for row in shown(only={"word": ["yes"]}, needs="n") if row[2]] == [("yes", 5)]
    assert len([row for row in shown() if row[2]]) == 6
