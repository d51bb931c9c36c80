"""Under which thresholds a release was published that did not keep them: as far as its reasons and its rounded counts say."""

from __future__ import annotations

import pytest

from publication.cell import Status
from publication.earlier_fill import rules_of
from tests.unit.publication.cells import a_published_cell
from tests.unit.publication.policy import POLICY


def said(why, **more):
    return a_published_cell(is_suppressed=True, status=Status.SUPPRESSED, suppression_reason=why, **more)


def rounded(*counts):
    return [a_published_cell(n=n, status=Status.ROUNDED) for n in counts]


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        ([], {}),
        ([said("fewer than 7 people in the group")], {"min_count": 7}),
        ([said("fewer than 7 cases outside the group"), said("fewer than 3 people in the group")], {"min_count": 7}),
        ([said("fewer than 12 staff"), said("fewer than 14 cases")], {"min_base_hr": 14}),
        ([said("fewer than 12 staff members")], {}),
        ([said("fewer than 30 respondents"), said(None), said("too imprecise to publish")], {}),
    ],
)
def test_the_largest_threshold_that_a_reason_names_was_the_rule(rows, known):
    found = rules_of(iter(rows), POLICY)
    assert found == POLICY.model_copy(update=known)


@pytest.mark.parametrize(
    ("rows", "base"),
    [
        (rounded(20, 45, 100), 5),
        (rounded(9, 12, 300), 3),
        (rounded(7, 45), 1),
        (rounded(), 5),
        (
            [*rounded(20), *rounded(None), a_published_cell(n=7, status=Status.EXACT), a_published_cell(n=7, status=Status.ZERO)],
            5,
        ),
    ],
)
def test_the_base_that_all_rounded_counts_are_multiples_of_was_the_rule(rows, base):
    assert rules_of(rows, POLICY).rounding_base == base


def test_todays_base_is_tried_before_others_that_were_ever_used():
    assert rules_of(rounded(30, 60), POLICY.model_copy(update={"rounding_base": 10})).rounding_base == 10
    assert rules_of(rounded(30, 61), POLICY.model_copy(update={"rounding_base": 10})).rounding_base == 1
