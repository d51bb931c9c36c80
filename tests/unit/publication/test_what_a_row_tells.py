"""What a published row is said to tell of its counts is what all counts have in common that would be published as the same row: no more, and no less.

More would be a false statement, with which the attack looks for nothing; less would be an attacker who knows less than a reader.
"""

from collections import defaultdict
from dataclasses import replace

import pytest

from parity.present import present
from publication.candidate import release_row
from publication.sides import shown, told_by
from publication.staff import Whole
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY

MOST = 42  # people that are tried: all that are told as 40, and no more
PLACE = ("A", "year", 2025, "")


def share(women, n, code, **changes):
    numbers = {"numerator": float(women), "denominator": float(n), "n": n, "estimate": 100 * women / n}
    given = {
        "source": "hr",
        "unit": "pct",
        "method": "census share",
        "agency_code": "A",
        "period_year": 2025,
        "indicator_code": code,
    }
    return a_cell(**given | numbers | changes)


def published(code, whole, **changes):
    """Each row with all pairs that are published so, and what it is said to tell of each."""
    found = defaultdict(list)
    for n in range(1, MOST + 1):
        for women in range(max(0, n - whole[1]), min(n, whole[0]) + 1):
            cell = share(women, n, code, **changes)
            row = release_row(cell, POLICY, Whole(*whole))
            told = [(count.low, count.high) for count in told_by(cell, row, {PLACE: whole}, POLICY)]
            found[row.status, row.suppression_reason, row.numerator, row.denominator].append((women, n - women, n, told))
    return found


def possible(told):
    """All pairs of up to MOST people that agree with what is told, and with both sides being everybody."""
    (low, high), (rest_low, rest_high), (n_low, n_high) = ((least, MOST if most is None else most) for least, most in told)
    return {
        (women, n - women, n)
        for n in range(n_low, min(n_high, MOST) + 1)
        for women in range(low, min(high, n) + 1)
        if rest_low <= n - women <= rest_high
    }


def ends(pairs):
    """The least and the greatest of each count, as far as they are not those of the people who are tried."""
    return [(min(values), max(values) if max(values) < MOST - 6 else None) for values in zip(*pairs, strict=True)]


CASES = {
    "a stock": ("REP-01", (999, 999), {}),
    "a flow": ("REC-02", (999, 999), {}),
    "others than women and men": ("DEP-04", (999, 999), {}),
    "a part": ("REP-01", (999, 999), {"grade_band": "senior"}),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_row_tells_is_what_all_counts_that_are_published_so_have_in_common(case):
    code, whole, changes = CASES[case]
    rows = published(code, whole, **changes)
    assert len(rows) > 30
    for row, pairs in rows.items():
        real = {pair[:3] for pair in pairs}
        for told in [pair[3] for pair in pairs]:
            assert real <= possible(told), row
            if row[2] is not None:
                assert ends(possible(told)) == ends(real), row
            else:
                assert [least for least, _ in told][2] == min(n for _, _, n in real), row


@pytest.mark.parametrize("women", [1, 4, 5, 0])
def test_a_part_of_few_women_is_told_in_words_that_leave_nobody_open(women):
    rows = published("REP-01", (women, 999), grade_band="senior")
    few = [pair for row, pairs in rows.items() if row[1] == "fewer than 5 people in the group" for pair in pairs]
    least = 0 if 0 < women < 5 else 1
    assert {pair[3][0] for pair in few} == ({(least, 4)} if women else set())
    assert {pair[0] for pair in few} == set(range(least, min(women, 4) + 1)) if women else not few


@pytest.mark.parametrize(
    ("value", "least", "told"), [(0, 0, (0, 0)), (5, 0, (5, 7)), (10, 0, (8, 12)), (10, 10, (10, 12)), (15, 10, (13, 17))]
)
def test_a_rounded_count_is_what_rounds_to_it_and_may_be_shown(value, least, told):
    assert shown(value, POLICY, least) == told


def test_each_count_says_how_many_people_it_is_and_a_hidden_small_one_is_protected():
    for women, n in ((3, 40), (37, 40), (20, 40), (0, 40), (3, 9)):
        cell = share(women, n, "REP-01", grade_band="senior")
        row = release_row(cell, POLICY)
        told = told_by(cell, row, {}, POLICY)
        assert [count.size for count in told] == [women, n - women, n] and all(count.is_so for count in told)
        small = [row.is_suppressed and 0 < present(count.size) < POLICY.min_count for count in told]
        assert [count.is_protected for count in told] == [*small[:2], False]


MEN = (40.0, 100.0)


@pytest.mark.parametrize("code", ["DEP-01", "REC-03"])
def test_a_shown_ratio_tells_of_each_of_its_counts_what_is_rounded_to_it(code):
    """Men are always 40 of 100; women are each number of each base up to 42, but never all of it."""
    rows = defaultdict(list)
    for n in range(1, MOST + 1):
        for women in range(n):
            four = {"first_count": float(women), "first_base": float(n), "second_count": MEN[0], "second_base": MEN[1]}
            numbers = {
                "numerator": None,
                "denominator": None,
                "unit": "ratio",
                "method": "ratio of selection rates",
                "n_least": n,
            }
            cell = replace(share(women, n, code, **four | numbers), n=n + 100, count_least=min(women, 40))
            row = release_row(cell, POLICY)
            told = [(count.low, count.high) for count in told_by(cell, row, {}, POLICY)]
            if not row.is_suppressed:
                rows[row.estimate, row.n].append((women, n, told))
    assert len(rows) > 20
    for pairs in rows.values():
        numbers_of, bases = ({pair[at] for pair in pairs} for at in (0, 1))
        women_told = (min(numbers_of), max(numbers_of)), (min(bases), max(bases))
        for *_, told in pairs:
            assert tuple(told[:2]) == women_told
            assert told[2:] == [(38, 42), (98, 102)]


def test_a_suppressed_ratio_tells_at_most_which_base_is_small():
    small = {"first_count": 2.0, "first_base": 8.0, "second_count": 30.0, "second_base": 90.0, "n_least": 8}
    cell = share(1, 98, "DEP-01", numerator=None, denominator=None, unit="ratio", **small)
    row = release_row(cell, POLICY)
    assert row.suppression_reason == "fewer than 10 people on a side"
    assert [(count.low, count.high) for count in told_by(cell, row, {}, POLICY)] == [(0, None), (0, 9), (0, None), (0, None)]
