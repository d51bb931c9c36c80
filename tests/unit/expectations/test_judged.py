"""Which failures an entry of accepted.yml covers, part by part and day by day; no database is needed."""

from __future__ import annotations

import datetime as dt

import pytest

from expectations.acceptance import is_about, judged, refuse_wrong
from expectations.check import Suite, between, no_row, unique
from expectations.result import Part, Result
from parity.catalogue import CatalogueError
from parity.catalogue.accepted import Accepted

COUNTED = between("n_now", 1, None, "Why.", parts="select part, finding")
RISING = between("n_rise", 1, None, "Why.", parts="select part, finding")
WARNED = between("lost_pct", 1, None, "Why.", "warning", "select part, finding")
PLAIN = no_row("Why.")
SUITE = Suite("lists", "raw.hr_staff", "select 1", (COUNTED, RISING, WARNED, PLAIN), "Ask.", "staff data")
TODAY = dt.date(2026, 6, 30)


def entry(until=TODAY, check=COUNTED, suite="lists", **more) -> Accepted:
    named = {"suite": suite, "check": check.expectation, "author": "A. Reyes", "reason": "They withdrew it."}
    return Accepted(**named, until=until, **more)


def failed(check=COUNTED, *parts: str) -> Result:
    return Result(SUITE, check, False, None, None, tuple(Part(part, f"{part} is gone") for part in parts))


def judge(result, *entries):
    [found] = judged([result], entries, TODAY)
    return found


def test_an_entry_covers_its_part_on_its_last_day_and_not_the_day_after():
    held, ended = entry(part="A"), entry(TODAY - dt.timedelta(days=1), part="A")
    assert judge(failed(COUNTED, "A"), held).accepted == (held,)
    late = judge(failed(COUNTED, "A"), ended)
    assert (late.accepted, late.ended) == ((), (ended,))


def test_all_parts_must_be_covered_and_of_those_that_are_not_the_ended_entries_are_named():
    of_a, of_b = entry(part="A"), entry(TODAY - dt.timedelta(days=9), part="B")
    half = judge(failed(COUNTED, "A", "B"), of_a, of_b)
    assert (half.accepted, half.ended, half.stops) == ((), (of_b,), True)
    again = entry(part="B")
    both = judge(failed(COUNTED, "A", "B"), of_a, of_b, again)
    assert (both.accepted, both.ended, both.stops) == ((of_a, again), (), False)


def test_an_ended_entry_of_a_part_that_is_covered_anew_or_has_not_failed_is_not_named():
    old, elsewhere = entry(TODAY - dt.timedelta(days=9), part="A"), entry(TODAY - dt.timedelta(days=9), part="C")
    found = judge(failed(COUNTED, "A", "B"), old, entry(part="A"), elsewhere)
    assert (found.accepted, found.ended) == ((), ())


def test_a_check_without_parts_is_covered_as_a_whole():
    whole = entry(check=PLAIN)
    assert judge(failed(PLAIN), whole).accepted == (whole,)
    assert judge(failed(PLAIN)).accepted == ()


def test_parts_that_nobody_could_name_are_covered_by_nothing():
    assert judge(failed(COUNTED), entry(part="A")).accepted == ()


@pytest.mark.parametrize(
    ("given", "covers"),
    [({}, True), ({"column": "n_now"}, True), ({"column": "n_rise"}, False), ({"suite": "codes"}, False), ({"check": PLAIN}, False)],
)  # fmt: skip
def test_an_entry_is_about_the_suite_check_and_column_that_it_names(given, covers):
    one = entry(part="A", **given)
    assert is_about(one, SUITE, COUNTED) is covers
    assert bool(judge(failed(COUNTED, "A"), one).accepted) is covers


def test_what_passes_or_only_warns_is_left_as_it_is():
    passed, warned = Result(SUITE, COUNTED, True, None, None), failed(WARNED, "A")
    assert judged([passed, warned], [entry(part="A")], TODAY) == (passed, warned)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"part": "A"}, "has this check on several columns. Name one in `column`. Choose lost_pct or n_now or n_rise."),
        ({"part": "A", "column": "n_noww"}, "has no ExpectColumnValuesToBeBetween on 'n_noww'. Choose lost_pct or n_now or n_rise."),
        ({"part": "A", "column": "lost_pct"}, "this check only warns, and stops nothing. Remove the entry."),
        ({"column": "n_now"}, "this check names agencies, forms or tables. Name one of them in `part`"),
        ({"check": PLAIN, "part": "A"}, "'lists' names no parts. Leave `part` out."),
        ({"check": PLAIN, "column": "n_now"}, "has no ExpectTableRowCountToEqual on 'n_now'."),
        ({"check": PLAIN, "table": "raw.hr_event"}, "'lists' looks at raw.hr_staff. Write that, or leave `table` out."),
        ({"check": unique("x", "Why.")}, "has no check 'ExpectColumnValuesToBeUnique'. Choose ExpectColumnValuesToBeBetween or ExpectTableRow"),
        ({"suite": "list"}, "no gate has a suite 'list'. Did you mean 'lists'?"),
        ({"suite": "zzz"}, "no gate has a suite 'zzz'. `parity gate list` shows all suites."),
    ],
)  # fmt: skip
def test_each_wrong_entry_is_told_what_to_write_in_its_place(tmp_path, given, sentence):
    (tmp_path / "accepted.yml").write_text("accepted:\n  - suite: x\n", encoding="utf-8")
    with pytest.raises(CatalogueError) as refused:
        refuse_wrong(tmp_path / "accepted.yml", [entry(**given)], [SUITE])
    [fault] = refused.value.faults
    assert sentence in fault


@pytest.mark.parametrize("given", [{"part": "A", "column": "n_now"}, {"check": PLAIN}, {"check": PLAIN, "table": "raw.hr_staff"}])
def test_right_entries_are_taken(tmp_path, given):
    refuse_wrong(tmp_path / "accepted.yml", [entry(**given)], [SUITE])


def test_every_wrong_entry_is_named_and_not_the_first_alone(tmp_path):
    path = tmp_path / "accepted.yml"
    path.write_text("accepted:\n  - suite: a\n  - suite: b\n  - suite: c\n", encoding="utf-8")
    wrong = [entry(suite="a"), entry(check=PLAIN), entry(suite="c")]
    with pytest.raises(CatalogueError) as refused:
        refuse_wrong(path, wrong, [SUITE])
    assert [fault.split(": ")[1] for fault in refused.value.faults] == ["accepted.0.suite", "accepted.2.suite"]
