"""When what the server no longer sends is taken for deleted, and when it is a question; no server and no database."""

from __future__ import annotations

import pytest

from ingestion.kobo.absence import WHY, Evidence, lasting, reasons
from parity.catalogue.kobo_contract import Absence

BOUNDS = Absence()


def why(n_held, n_gone, **evidence):
    found = Evidence(n_held, n_gone, n_held - n_gone, evidence.pop("n_seen", n_held - n_gone), **evidence)
    return reasons(found, evidence.get("bounds", BOUNDS))


@pytest.mark.parametrize(
    ("n_held", "n_gone", "is_beyond"),
    [
        (4, 1, False),
        (4, 2, False),
        (4, 3, True),
        (20, 2, False),
        (20, 3, True),
        (30, 3, False),
        (30, 4, True),
        (3500, 350, False),
        (3500, 351, True),
        (3500, 3500, True),
        (2, 2, True),
        (1, 1, True),
    ],
)
def test_a_deletion_is_a_question_beyond_a_share_and_a_number_and_where_nothing_is_left(n_held, n_gone, is_beyond):
    assert why(n_held, n_gone) == (["beyond"] if is_beyond else [])


def test_a_form_that_its_history_says_was_emptied_is_believed_while_it_is_small():
    assert why(2, 2, n_unnamed=0) == [] and why(2, 2, n_unnamed=1) == ["beyond", "unnamed"]
    assert why(100, 100, n_unnamed=0) == ["beyond"]


def test_another_contract_may_let_more_vanish_or_less():
    assert reasons(Evidence(100, 40, 60, 60), Absence(share=0.5)) == []
    assert reasons(Evidence(100, 1, 99, 99), Absence(share=0, number=0)) == ["beyond"]


@pytest.mark.parametrize(
    ("counter", "gap", "expected"),
    [
        (99, 0, []),
        (100, 0, ["counter"]),
        (103, 4, []),
        (104, 4, ["counter"]),
        (97, -2, []),
        (100, None, ["counter"]),
        (99, None, []),
        (None, 0, []),
        (98, -3, ["counter"]),
    ],
)
def test_a_counter_that_did_not_follow_a_deletion_speaks_against_it(counter, gap, expected):
    assert why(100, 1, counter=counter, gap=gap) == expected


def test_a_deletion_that_the_history_names_is_believed_whatever_came_meanwhile():
    assert why(100, 1, counter=100, gap=0, count=100, n_unnamed=0) == []
    assert why(100, 1, counter=100, gap=0, count=100, n_unnamed=1) == ["counted", "counter", "unnamed"]


def test_more_counted_than_sent_is_a_question_and_fewer_is_none():
    assert (why(100, 1, count=100), why(100, 1, count=99), why(100, 1, count=98)) == (["counted"], [], [])


def test_a_reading_that_broke_off_is_a_question_with_and_without_absent_ones():
    assert why(100, 0, n_left=50) == ["cut"]
    assert why(100, 60, n_left=60) == ["cut", "beyond"]


@pytest.mark.parametrize(
    ("n_seen", "counter", "gap", "expected"),
    [
        (0, 3500, None, ["missing"]),
        (3200, 3500, None, []),
        (3100, 3500, None, ["missing"]),
        (3100, 3500, 400, []),
        (2, 5, None, ["missing"]),
    ],
)
def test_many_that_the_counter_has_and_the_server_does_not_send_are_a_question_though_raw_lacks_none(
    n_seen, counter, gap, expected
):
    assert reasons(Evidence(0, 0, n_seen, n_seen, counter=counter, gap=gap), BOUNDS) == expected


def test_an_unanswered_question_of_many_lasts_while_one_of_them_is_gone_and_others_are_looked_at_anew():
    found, named = Evidence(100, 1, 99, 99), Evidence(100, 1, 99, 99, n_unnamed=0)
    assert lasting(["beyond", "counter", "counted"], found, is_asked_again=True) == ["beyond"]
    assert lasting(["unnamed"], found, is_asked_again=True) == ["unnamed"]
    assert lasting(["unnamed"], named, is_asked_again=True) == []
    assert lasting(["beyond"], found, is_asked_again=False) == []


def test_every_reason_has_words():
    codes = {"beyond", "cut", "counted", "counter", "unnamed", "more", "missing"}
    assert codes == WHY.keys() and all(WHY.values())
