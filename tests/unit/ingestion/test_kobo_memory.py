"""Whether a project history that the server sends can be whole; a made-up server, and no database."""

from __future__ import annotations

import datetime as dt

import pytest

from ingestion.kobo.memory import OVERLAP, read_history, spelt
from ingestion.kobo.raw import Cursor

NOW = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)


def at(days: float, seconds: int = 0) -> str:
    """So many days ago, by the server's clock."""
    return f"{NOW - dt.timedelta(days=days) + dt.timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


class Server:
    """A server with rows (days ago, action, root) that tells those which it remembers, and says for how long."""

    def __init__(self, *rows, days=744, remembers=744):
        self.rows = [(at(ago), action, root) for ago, action, root in rows if ago <= remembers]
        self.days, self.asked, self.server_time = days, [], at(0)

    def history(self, uid, since, *, actions, also):
        self.asked.append("history")
        first, last = also or ("9", "0")
        for time, action, root in sorted(self.rows, reverse=True):
            plain = time.replace("T", " ").removesuffix("Z")
            if (action in actions and plain >= since) or first <= plain <= last:
                metadata = {"submission": {"root_uuid": root}} if root else {}
                yield {"action": action, "metadata": metadata, "date_created": time}

    def history_ends(self, uid):
        self.asked.append("ends")
        times = sorted(time for time, _, _ in self.rows)
        return (times[0], times[-1]) if times else None

    def history_days(self):
        self.asked.append("days")
        return self.days


def cursor(ago, known_ago=None):
    known = None if known_ago is None else at(known_ago)
    return Cursor("asset", "pulse", "", at(ago), 0, 0, False, "", known)


def read(server, *args):
    told = read_history(server, cursor(*args), most=1000)
    return told.is_whole, [(row.action, row.root_uuid) for row in told.rows], server.asked


READING, EDIT = (3, "view-data", None), (1, "modify-submission", "r")


def test_a_history_that_still_has_the_row_of_the_last_reading_is_whole_and_costs_one_request():
    assert read(Server(READING, EDIT), 3, 3) == (True, [("modify-submission", "r")], ["history"])
    assert read(Server(READING), 3, 3) == (True, [], ["history"])


def test_without_that_row_the_oldest_one_tells():
    before = (9, "deploy", None)
    assert read(Server(before, EDIT), 3, 3) == (True, [("modify-submission", "r")], ["history", "ends"])
    assert read(Server(before, EDIT), 3) == (True, [("modify-submission", "r")], ["history", "ends"])


@pytest.mark.parametrize("rows", [(), ((1, "view-data", None),), ((1, "view-data", None), (2, "add-submission", "r"))])
def test_a_history_that_is_empty_or_younger_than_the_last_sync_is_not_trusted(rows):
    assert read(Server(*rows), 3, 3)[0] is False
    assert read(Server(*rows), 3)[0] is False


def test_a_known_row_that_is_younger_than_the_last_sync_proves_nothing():
    assert read(Server((1, "view-data", None)), 5, 1)[0] is False


@pytest.mark.parametrize(
    ("ago", "days", "is_whole"),
    [
        (30, 744, True),
        (741, 744, True),
        (743, 744, False),
        (800, 744, False),
        (800, None, False),
        (741, None, True),
        (800, 2000, True),
        (30, 31, False),
        (30, 33, True),
        (5, 1, True),
    ],
)
def test_a_last_sync_that_is_older_than_the_server_says_that_it_remembers_is_not_trusted(ago, days, is_whole):
    assert read(Server((ago, "view-data", None), days=days, remembers=9999), ago, ago)[0] is is_whole


def test_a_plan_that_looks_back_less_than_the_server_says_is_found_out():
    rows = [(40, "view-data", None), (35, "modify-submission", "r"), (5, "add-submission", "s")]
    assert read(Server(*rows, remembers=30), 40, 40)[0] is False
    assert read(Server(*rows, remembers=50), 40, 40)[0] is True


def test_the_next_sync_looks_for_the_newest_row_that_this_one_saw():
    told = read_history(Server(READING, EDIT), cursor(3, 3), most=1000)
    assert told.known_at == at(1)
    told = read_history(Server((9, "deploy", None), (2, "redeploy", None)), cursor(3), most=1000)
    assert told.known_at == at(2)
    assert read_history(Server(READING), cursor(3, 3), most=1000).known_at == at(3)


def test_rows_around_the_known_one_that_were_read_before_are_not_read_again():
    old = (9, "modify-submission", "old")
    assert read(Server(old, EDIT), 3, 9) == (True, [("modify-submission", "r")], ["history"])


def test_too_many_rows_are_given_up_and_no_point_to_read_from_is_none():
    rows = [(1, "modify-submission", f"r{number}") for number in range(7)]
    assert read_history(Server(READING, *rows), cursor(3, 3), most=7) is None
    assert read_history(Server(READING), Cursor("asset", "pulse", "", None, 0, 0, False, ""), most=7) is None


def test_deletions_are_told_apart_and_what_has_no_root_cannot_be_missing_among_them():
    told = read_history(Server(READING, EDIT, (1, "delete-submission", "gone")), cursor(3, 3))
    assert told.deleted == {"gone": 1} and told.unnamed(["uuid:gone", "gone"]) == 1
    assert told.unnamed(["uuid:gone", None]) == 0 and told.unnamed(["uuid:gone", "uuid:r", "x"]) == 2


def test_a_moment_is_spelt_as_the_history_has_it():
    assert spelt(NOW - OVERLAP) == "2026-11-28 11:55:00"
