"""A gate of 100 checks, compared with the same checks as one hand-written statement, over rows that are made up from a seed.

Both must count the same breaches. Importing Great Expectations is not measured: a build does it once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import psycopg

from benchmarks.figures import Figure, figure, shown
from benchmarks.hr import new_database
from expectations.check import ENGINEERING, Check, Suite, between, matches, not_null, one_of, some_row, unique
from expectations.great import validate
from parity.database import first_row
from parity.settings import Settings
from stack.temporary_server import temporary_server

T = TypeVar("T")
ROWS, ROUNDS, BOUND = 5_000_000, 3, 3
NUMBERS, WORDS = [f"number_{n}" for n in range(8)], [f"word_{n}" for n in range(8)]
CODES, FEWER_CODES = [f"code{n}" for n in range(10)], [f"code{n}" for n in range(9)]
REASON = "Measured here."
RULES = (  # a check of a column, and the SQL of a value that breaks it
    (lambda c: not_null(c, REASON), "{c} is null", (*NUMBERS, *WORDS)),
    (lambda c: between(c, 0, 99, REASON), "{c} < 0 or {c} > 99", NUMBERS),
    (lambda c: between(c, 0, 97, REASON, "warning"), "{c} < 0 or {c} > 97", NUMBERS),
    (lambda c: between(c, 5, None, REASON), "{c} < 5", NUMBERS),
    (lambda c: between(c, None, 90, REASON), "{c} > 90", NUMBERS),
    (lambda c: one_of(c, list(range(99)), REASON), "{c} <> all ('{{" + ",".join(map(str, range(99))) + "}}'::int[])", NUMBERS),
    (lambda c: one_of(c, CODES, REASON), "{c} not in (" + ", ".join(f"'{code}'" for code in CODES) + ")", WORDS),
    (lambda c: one_of(c, FEWER_CODES, REASON), "{c} not in (" + ", ".join(f"'{code}'" for code in FEWER_CODES) + ")", WORDS),
    (lambda c: matches(c, "^code[0-9]$", REASON), "not {c} ~ '^code[0-9]$'", WORDS),
    (lambda c: matches(c, "^code[0-8]$", REASON), "not {c} ~ '^code[0-8]$'", WORDS),
    (lambda c: matches(c, "[0-9]", REASON), "not {c} ~ '[0-9]'", WORDS),
)
KEYED = (
    (not_null("id", REASON), "count(*) filter (where id is null)"),
    (between("id", 1, None, REASON), "count(*) filter (where id < 1)"),
    (
        unique("id", REASON),
        "(select coalesce(sum(n), 0) from (select count(*) as n from made_up group by id having count(*) > 1) as twice)",
    ),
    (some_row(REASON), "count(*)"),
)


def measure_gate(say: Callable[[str], None] = print) -> list[Figure]:
    """PARITY_BENCH_GATE_ROWS sets another number of rows. Five million take some two minutes and 1 GB of disk."""
    n_rows = Settings.from_env().bench_gate_rows or ROWS
    suite, statement = made_up_suite()
    with temporary_server() as postgres:
        url = new_database(postgres)
        say(f"making {n_rows:,} rows up ...")
        fill(url, n_rows)
        gate, by_hand = [], []
        for _ in range(ROUNDS):
            seconds, counted = timed(lambda: one_row(url, statement))
            by_hand.append(seconds)
            seconds, validated = timed(lambda: validate("bench", (suite,), url))
            gate.append(seconds)
            found = tuple(outcome.n_unexpected for outcome in validated.outcomes[0])
            if found != counted:
                raise RuntimeError(f"the gate counts {found}, the statement {counted}")
            say(f"  by hand {by_hand[-1]:.1f} s, gate {gate[-1]:.1f} s")
    return [
        shown(f"{len(suite.checks)} checks of {n_rows:,} rows as one hand-written statement", min(by_hand), "s"),
        figure(f"a gate of the same {len(suite.checks)} checks", min(gate), "s", min(by_hand), BOUND),
    ]


def made_up_suite() -> tuple[Suite, str]:
    """The suite, and one statement that counts what breaks each of its checks, in the same order."""
    asked: list[tuple[Check, str]] = [
        (check(column), f"count(*) filter (where {broken.format(c=column)})")
        for check, broken, columns in RULES
        for column in columns
    ]
    asked += KEYED
    suite = Suite("made up", "made_up", "select * from made_up", tuple(check for check, _ in asked), "Nothing.", ENGINEERING)
    return suite, f"select {', '.join(count for _, count in asked)} from made_up"


def fill(url: str, n_rows: int, seed: float = 0.5) -> None:
    """One number in a hundred and one word in a hundred is null or out of range."""
    numbers = ", ".join(f"nullif((random() * 101)::int, 101) as {name}" for name in NUMBERS)
    words = ", ".join(f"nullif('code' || (random() * 10)::int, 'code10') as {name}" for name in WORDS)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("select setseed(%s)", (seed,))
        connection.execute("set max_parallel_workers_per_gather = 0")
        connection.execute(f"create table made_up as select id, {numbers}, {words} from generate_series(1, {n_rows}) as id")  # nosec B608  # columns, a constant
        connection.execute("vacuum analyze made_up")


def one_row(url: str, statement: str) -> tuple[int, ...]:
    with psycopg.connect(url) as connection:
        return tuple(map(int, first_row(connection.execute(statement))))


def timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result
