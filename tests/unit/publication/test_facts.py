"""What a reader is said to know must be true, or no attack can be made: definitions that do not hold in the data are told apart."""

from publication.attack import attack
from publication.candidate import release_row
from publication.facts import facts_of
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY


def facts(*cells):
    cells = [
        a_cell(**{"source": "hr", "unit": "pct", "method": "census share", "agency_code": "A", "period_year": 2025} | given)
        for given in cells
    ]
    return facts_of(cells, [release_row(cell, POLICY) for cell in cells], POLICY)


def share(code, women, n, **changes):
    return {
        "indicator_code": code,
        "numerator": float(women),
        "denominator": float(n),
        "n": n,
        "estimate": 100 * women / n,
    } | changes


def test_copies_of_one_count_are_one():
    found = facts(share("PRO-02", 30, 100), share("REP-01", 30, 100, grade_band="middle"))
    assert len(found.truth) == 3 and all(len(numbers) == 2 for numbers in found.told_by.values())


def test_copies_that_differ_in_the_data_are_counts_of_their_own():
    found = facts(share("REP-03", 3, 40), share("REP-01", 30, 90, breakdown="border_post", breakdown_value="yes"))
    assert len(found.truth) == 6
    assert not attack(found.counts, found.relations).fallen


def test_parts_of_the_whole_are_a_sum_and_parts_of_it_only_are_at_most_the_whole():
    whole, junior, senior = (
        share("REP-01", 60, 200),
        share("REP-01", 40, 120, grade_band="junior"),
        share("REP-01", 20, 80, grade_band="senior"),
    )
    assert [relation.is_at_most for relation in facts(whole, junior, senior).relations if relation.name == "by grade_band"] == [
        False
    ] * 3
    assert [relation.is_at_most for relation in facts(whole, junior).relations if relation.name == "by grade_band"] == [True] * 3


def test_parts_that_hold_somebody_twice_are_no_sum():
    both = [share("REP-03", 40, 120, breakdown="post_type", breakdown_value=kind) for kind in ("port", "airport")]
    assert not [relation for relation in facts(share("REP-03", 60, 200), *both).relations if relation.name == "by post_type"]
