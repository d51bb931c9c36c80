"""Which error of which task is tried again, and when: one row for each kind, and outages of two and of ten minutes that are over in time."""

from __future__ import annotations

import datetime as dt
import errno
import json
import socket
from types import SimpleNamespace

import psycopg
import pytest
import requests

from dags.steps.passing import Verdict, passes_in_words, verdict
from ingestion.hr.errors import FileNotReadable, FileRefused
from ingestion.hr.files import LocationError
from ingestion.hr.keys import KeyMissing
from ingestion.kobo.errors import CutOff, KoboDown, KoboError, KoboSetting, NoForms, from_response
from ingestion.kobo.origin import Origin
from parity.catalogue import CatalogueError
from parity.migrate import NotMigrated
from publication.superset import SupersetError

FINAL, UNSURE, PASSES = Verdict.FINAL, Verdict.UNSURE, Verdict.PASSES


def answered(status):
    response = requests.Response()
    response.status_code, response.url = status, "http://kobo/api/v2/assets/"
    response.request = requests.Request("GET", response.url).prepare()
    return from_response(response, Origin())


def of_kind(sqlstate):
    return psycopg.errors.lookup(sqlstate)("said by the server")


def refused_connection():
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect("postgresql://parity@127.0.0.1:9/parity", connect_timeout=2)
    return caught.value


TABLE = {
    # KoboToolbox
    "the server does not answer": (KoboDown("no answer", ""), PASSES),
    "it cuts its answer off": (CutOff("http://kobo", 3), PASSES),
    "too many requests": (answered(429), PASSES),
    "a request that took too long": (answered(408), PASSES),
    "in trouble": (answered(500), PASSES),
    "a proxy whose server is away": (answered(502), PASSES),
    "under maintenance": (answered(503), PASSES),
    "a proxy that waited in vain": (answered(504), PASSES),
    "a wrong token": (answered(401), FINAL),
    "no right": (answered(403), FINAL),
    "not there": (answered(404), FINAL),
    "an API that is gone": (answered(410), FINAL),
    "a question that it does not understand": (answered(400), FINAL),
    "a setting": (KoboSetting("wrong address", ""), FINAL),
    "no form": (NoForms("none", ""), FINAL),
    "another answer": (KoboError("an HTML page", ""), FINAL),
    # PostgreSQL
    "nothing listens there": (refused_connection(), PASSES),
    "starting up": (psycopg.OperationalError('connection to server at "x" failed: FATAL:  the database system is starting up'), PASSES),
    "too many sessions": (psycopg.OperationalError("connection failed: FATAL:  sorry, too many clients already"), PASSES),
    "it went away": (psycopg.OperationalError("server closed the connection unexpectedly"), PASSES),
    "a wrong password": (psycopg.OperationalError('FATAL:  password authentication failed for user "parity"'), FINAL),
    "no such database": (psycopg.OperationalError('FATAL:  database "parity" does not exist'), FINAL),
    "stopped by its operator": (of_kind("57P01"), PASSES),
    "crashed": (of_kind("57P02"), PASSES),
    "a statement that took too long": (of_kind("57014"), PASSES),
    "a full disk of the server": (of_kind("53100"), PASSES),
    "no memory": (of_kind("53200"), PASSES),
    "a deadlock": (of_kind("40P01"), PASSES),
    "a lock that others hold": (of_kind("55P03"), PASSES),
    "a session that waited too long": (of_kind("25P03"), PASSES),
    "a disk that cannot be read": (of_kind("58030"), PASSES),
    "no such table": (of_kind("42P01"), FINAL),
    "no right in the database": (of_kind("42501"), FINAL),
    "a value that fits no column": (of_kind("22P02"), FINAL),
    "twice the same key": (of_kind("23505"), FINAL),
    "tables of another version": (NotMigrated("behind"), FINAL),
    # files and places
    "a full disk": (OSError(errno.ENOSPC, "No space left on device"), PASSES),
    "a full quota": (OSError(errno.EDQUOT, "Quota exceeded"), PASSES),
    "a disk that fails for a moment": (OSError(errno.EIO, "Input/output error"), PASSES),
    "no route": (OSError(errno.ENETUNREACH, "Network is unreachable"), PASSES),
    "no name server": (socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"), PASSES),
    "a connection that was reset": (ConnectionResetError(errno.ECONNRESET, "reset"), PASSES),
    "no answer in time": (TimeoutError(), PASSES),
    "a place that cannot be listed": (LocationError("x: its location cannot be listed"), PASSES),
    "a connection that ended within a file": (EOFError(), PASSES),
    "no such file": (FileNotFoundError(errno.ENOENT, "x"), FINAL),
    "no right to a file": (PermissionError(errno.EACCES, "x"), FINAL),
    "a disk for reading only": (OSError(errno.EROFS, "x"), FINAL),
    # other servers
    "a server that does not answer": (requests.ConnectionError(), PASSES),
    "a server that is slow": (requests.ReadTimeout(), PASSES),
    "an address that is none": (requests.exceptions.InvalidURL(), FINAL),
    "Superset is away": (SupersetError("did not answer", is_passing=True), PASSES),
    "Superset refuses": (SupersetError("answered 422"), FINAL),
    # wrong data and wrong words
    "a refused file": (FileRefused("a.csv", "not cp874", "Export again."), FINAL),
    "a file that is gone": (FileNotReadable("a.csv", "not readable", "Put it back."), FINAL),
    "no key": (KeyMissing("none"), FINAL),
    "letters of another encoding": (UnicodeDecodeError("utf-8", b"x", 0, 1, "x"), FINAL),
    # may be over in a moment, or never
    "a catalogue that is being saved": (CatalogueError(["agencies.yml:1: x"]), UNSURE),
    "a fault of ours": (KeyError("x"), UNSURE),
}  # fmt: skip


@pytest.mark.parametrize("kind", TABLE)
def test_what_each_kind_of_error_is_worth_trying_again(kind):
    error, expected = TABLE[kind]
    assert verdict(error) is expected


@pytest.fixture
def policy():
    from dags.retries import PauseForOutages

    return PauseForOutages()


def pauses(policy, error, cleared_at=0):
    """The pauses between the tries of a task that fails each time: of a new one, or of one that was cleared after so many tries."""
    found = []
    for try_number in range(cleared_at + 1, cleared_at + 8):
        decision = policy.evaluate(error, try_number, cleared_at + 6)
        if decision.action.value == "fail" or try_number == cleared_at + 7:
            return found
        found.append(decision.retry_delay.total_seconds())


def test_the_pauses_double_from_half_a_minute_to_ten(policy):
    assert pauses(policy, TimeoutError()) == [30, 60, 120, 240, 480, 600]
    assert pauses(policy, TimeoutError(), cleared_at=7) == [30, 60, 120, 240, 480, 600]
    assert pauses(policy, KeyError("x")) == [30, 60] == pauses(policy, KeyError("x"), cleared_at=3)
    assert pauses(policy, FileRefused("a", "b", "c")) == []


@pytest.mark.parametrize(("minutes", "done_after"), [(2, 3.5), (10, 15.5), (20, 25.5)])
def test_an_outage_is_over_before_the_last_try(policy, minutes, done_after):
    tries = [0.0]
    for seconds in pauses(policy, answered(429)):
        tries.append(tries[-1] + seconds / 60)
    assert min(at for at in tries if at >= minutes) == done_after


def test_a_task_whose_process_was_killed_is_tried_as_often(policy):
    from dags.common import DEFAULT_ARGS

    assert (DEFAULT_ARGS["retries"], DEFAULT_ARGS["retry_delay"]) == (6, dt.timedelta(seconds=30))
    assert DEFAULT_ARGS["max_retry_delay"] == dt.timedelta(minutes=10)
    assert json.dumps(policy.serialize()) == "{}" and type(policy.deserialize({})) is type(policy)


def ran(*results, exception=None):
    """What dbt's runner hands on, as far as it is read."""
    nodes = [
        SimpleNamespace(status=status, message=message, node=SimpleNamespace(name=name)) for name, status, message in results
    ]
    return SimpleNamespace(success=False, exception=exception, result=SimpleNamespace(results=nodes))


REFUSED = 'Database Error in model a (a.sql)\n  connection to server at "127.0.0.1", port 5 failed: Connection refused'
FULL = "Database Error in model b (b.sql)\n  could not extend file: No space left on device"


@pytest.mark.parametrize(
    ("result", "is_passing"),
    [
        (ran(("a", "error", REFUSED), ("c", "skipped", None)), True),
        (ran(("a", "error", REFUSED), ("b", "error", FULL)), True),
        (ran(("a", "error", "terminating connection due to administrator command")), True),
        (ran(("a", "error", REFUSED), ("t", "fail", "Got 3 results, configured to fail if != 0")), False),
        (ran(("t", "fail", "Got 3 results, configured to fail if != 0")), False),
        (ran(("a", "error", 'Database Error\n  column "x" does not exist')), False),
        (ran(exception=RuntimeError('connection to server at "x" failed: FATAL:  the database system is shutting down')), True),
        (ran(exception=RuntimeError('FATAL:  password authentication failed for user "parity"')), False),
        (ran(exception=RuntimeError("Compilation Error")), False),
    ],
)
def test_a_layer_of_dbt_is_tried_again_where_the_database_went_away_and_not_where_its_data_are_wrong(result, is_passing):
    from dags.steps.dbt import DbtFailed, failures

    failed = DbtFailed(failures(result))
    assert verdict(failed) is (PASSES if is_passing else FINAL)


def test_a_gate_that_could_not_look_is_tried_again_unless_it_never_could():
    from expectations import GateNotRun

    assert (
        verdict(GateNotRun("raw: x could not be run on y: OperationalError: server closed the connection. Nothing was decided."))
        is PASSES
    )
    assert verdict(GateNotRun("raw: x could not be run on y: UndefinedColumn. Nothing was decided.")) is FINAL
    assert not passes_in_words("Got 1 result")
