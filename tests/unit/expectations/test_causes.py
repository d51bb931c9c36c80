"""What is said of a check that could not look: the database's words about itself, and never a value of a row."""

from __future__ import annotations

import pytest

from expectations.great import cause, raised_in

NAMED = '(psycopg2.errors.UndefinedColumn) column "sex" does not exist\nLINE 1: select sex'
QUOTES = '(psycopg2.errors.InvalidTextRepresentation) invalid input syntax for type integer: "Maria"\nLINE 1'


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([NAMED], 'UndefinedColumn: column "sex" does not exist'),
        ([QUOTES], "InvalidTextRepresentation"),
        (["(psycopg2.OperationalError) connection refused\nIs it up?"], "OperationalError: connection refused"),
        (["what it wraps it in", QUOTES], "InvalidTextRepresentation"),
        (["KeyError('Maria')"], "Great Expectations raised an error of its own"),
        ([], "Great Expectations raised an error of its own"),
    ],
)
def test_the_cause_is_the_databases_and_quotes_no_row(messages, said):
    assert cause(messages) == said


def test_every_metric_that_raised_is_asked_and_none_that_did_not():
    raised = {"raised_exception": True, "exception_message": "one"}
    quiet = {"raised_exception": False, "exception_message": "not raised"}
    assert raised_in({}) == []
    assert raised_in(raised) == ["one"]
    assert raised_in(quiet) == []
    assert raised_in({"a": quiet, "b": raised, "c": "a word", "d": {"raised_exception": True, "exception_message": "two"}}) == [
        "one",
        "two",
    ]
    assert raised_in({"b": {"raised_exception": True, "exception_message": None}}) == [""]
