"""The attack and the protection against it, on made-up tables, against a brute force over all their integer solutions."""

import itertools
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from parity.settings import REPOSITORY
from publication.attack import attack
from publication.knowledge import Contradiction, Count, Relation, same, sums_to
from publication.protect import CannotBeProtected, protect
from tests.examples import examples
from tests.unit.publication.brute_force import CAP, needed, solutions, split

SIZES = [(2,), (4,), (2, 2), (3, 2), (3, 3), (2, 2, 2), (2, 2, 2, 2), (3, 2, 1, 2)]
TRIES = 2_000  # combinations of unknown cells that a made-up table may have
made_up = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)


def published(key, value, base, is_suppressed, **more):
    """What a reader knows of a count that was rounded to the base, or suppressed where it is 1 to 4 and that is wished for."""
    if is_suppressed and 1 <= value <= 4:
        return Count(key, 1, 4, is_protected=True, size=value, **more)
    middle = base * ((value + base // 2) // base)
    return Count(key, max(0, middle - base // 2), middle + base // 2, size=value, **more)


@st.composite
def tables(draw, sizes=SIZES, bases=(1, 3, 5)):
    """The counts of a table with all its margins, rounded and suppressed, and its relations. Cells come before the margins that they complete."""
    size = draw(st.sampled_from(sizes))
    values = np.array(draw(st.lists(st.integers(0, 7), min_size=int(np.prod(size)), max_size=int(np.prod(size))))).reshape(size)
    base = draw(st.sampled_from(bases))
    is_complete = draw(st.booleans())
    counts, tries = [], 1
    places = sorted(
        itertools.product(*(range(n + 1) for n in size)), key=lambda at: [min(i, n - 1) for i, n in zip(at, size, strict=True)]
    )
    for at in places:
        is_margin = any(i == n for i, n in zip(at, size, strict=True))
        value = int(values[tuple(slice(None) if i == n else i for i, n in zip(at, size, strict=True))].sum())
        value += draw(st.integers(0, 2)) if is_margin and not is_complete and len(size) == 1 else 0
        count = published(at, value, base, draw(st.booleans()), was_published=draw(st.booleans()))
        if not is_margin or not is_complete:
            tries *= count.high - count.low + 1
            count = count if tries <= TRIES else Count(at, value, value, size=value)
        counts.append(count)
    relations = [
        sums_to(at, [(*at[:axis], i, *at[axis + 1 :]) for i in range(n)], is_complete=is_complete, name=f"axis {axis}")
        for at in places
        for axis, n in enumerate(size)
        if at[axis] == n
    ]
    return counts, relations


@made_up
@given(tables())
def test_limits_equal_those_of_all_solutions(table):
    counts, relations = table
    possible = solutions(counts, relations)
    report = attack(counts, relations, is_tight=True)
    assert {finding.key for finding in report.findings} == {count.key for count in counts if count.is_protected}
    for finding in report.findings:
        values = possible[finding.key]
        assert (finding.least, finding.greatest) == (values.min(), values.max()) and finding.is_tight
        assert set(finding.shown) <= set(values.tolist())
        assert finding.has_fallen is (len(set(values.tolist())) < finding.needed)


@made_up
@given(tables(), st.integers(2, 4))
def test_the_short_search_reaches_the_verdict_of_all_solutions(table, least_values):
    counts, relations = table
    possible = solutions(counts, relations)
    findings = attack(counts, relations, least_values=least_values).findings
    assert {finding.key for finding in findings} == {count.key for count in counts if count.is_protected}
    for finding in findings:
        values = set(possible[finding.key].tolist())
        assert finding.needed == needed(counts, finding.key, least_values)
        assert finding.has_fallen is (len(values) < finding.needed)
        assert set(finding.shown) <= values and finding.least <= min(values) and max(values) <= finding.greatest
        assert not finding.has_fallen or set(finding.shown) == values
        is_exact = (finding.least, finding.greatest) == (possible[finding.key].min(), possible[finding.key].max())
        assert is_exact or not finding.is_tight


@made_up
@given(tables(sizes=[(2,), (3,), (2, 2)], bases=(1, 3)))
def test_the_facts_behind_a_fallen_count_suffice_and_none_can_be_spared(table):
    found = attack(*table)
    assert set(found.fallen) <= set(found.findings)
    for finding in found.fallen:
        assert falls(finding.because, finding)
        for left_out in finding.because:
            assert not falls([fact for fact in finding.because if fact is not left_out], finding)


def falls(facts, finding):
    possible = solutions(*split(facts)).get(finding.key)
    return possible is not None and len(np.unique(possible)) < finding.needed


@made_up
@given(tables(), st.sampled_from([3, 5]), st.randoms(use_true_random=False))
def test_two_releases_are_attacked_as_one(table, base, random):
    counts, relations = table
    other = [published(count.key, count.size, base, random.random() < 0.5, origin="release 2") for count in counts]
    both = [*counts, *other]
    possible = solutions(both, relations)
    findings = attack(both, relations, is_tight=True).findings
    assert {finding.key for finding in findings} <= possible.keys()
    for finding in findings:
        values = possible[finding.key]
        assert (finding.least, finding.greatest) == (values.min(), values.max())
        assert finding.has_fallen is (len(set(values.tolist())) < needed(both, finding.key))


@made_up
@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_facts_changes_no_verdict(table, random):
    counts, relations = table
    verdicts = {finding.key: finding.has_fallen for finding in attack(counts, relations).findings}
    random.shuffle(counts)
    random.shuffle(relations)
    assert {finding.key: finding.has_fallen for finding in attack(counts, relations).findings} == verdicts


WOMEN, MEN, STAFF = "women", "men", "staff"
SEXES = sums_to(STAFF, [WOMEN, MEN], name="staff by sex")


def test_exact_figures_give_a_suppressed_count_away_and_the_equation_is_named():
    (finding,) = attack([Count(STAFF, 40, 40), Count(WOMEN, 1, 4, True), Count(MEN, 37, 37)], [SEXES]).fallen
    assert (finding.least, finding.greatest) == (3, 3)
    assert finding.because == (SEXES, Count(MEN, 37, 37), Count(STAFF, 40, 40))
    assert str(finding) == "women is 3, because staff by sex: women + men - staff = 0; men is 37; staff is 40"


def test_rounded_figures_leave_a_suppressed_count_its_class():
    (finding,) = attack([Count(STAFF, 38, 42), Count(WOMEN, 1, 4, True), Count(MEN, 33, 37)], [SEXES], is_tight=True).findings
    assert (finding.least, finding.greatest, finding.has_fallen) == (1, 4, False)


def test_bands_that_need_not_cover_everybody_tell_less():
    counts = [Count(STAFF, 40, 40), Count(WOMEN, 1, 4, True), Count(MEN, 38, 38)]
    assert attack(counts, [SEXES]).fallen[0].greatest == 2
    (finding,) = attack(counts, [sums_to(STAFF, [WOMEN, MEN], is_complete=False)]).fallen
    assert (finding.least, finding.greatest, finding.shown) == (1, 2, (1, 2))


@pytest.mark.parametrize("is_one_key", [True, False])
def test_a_published_copy_gives_its_suppressed_copy_away(is_one_key):
    copy = "women" if is_one_key else "women under another indicator"
    counts = [Count(WOMEN, 1, 4, True, origin="REP-01"), Count(copy, 3, 7, origin="PRO-02")]
    (finding,) = attack(counts, [] if is_one_key else [same(WOMEN, copy, name="copy")]).fallen
    assert finding.shown == (3, 4) and counts[1] in finding.because


def test_two_releases_that_are_safe_alone_are_not_safe_together():
    first = [Count(STAFF, 8, 12), Count(WOMEN, 1, 4, True), Count(MEN, 8, 8)]
    second = [Count(STAFF, 10, 10), Count(WOMEN, 1, 4, True), Count(MEN, 6, 10)]
    assert not attack(first, [SEXES]).fallen and not attack(second, [SEXES]).fallen
    assert attack([*first, *second], [SEXES]).fallen[0].shown == (2,)


def test_one_key_with_two_values_contradicts_itself_and_two_keys_do_not():
    counts = [Count(WOMEN, 1, 4, True, origin="release 1"), Count(WOMEN, 8, 12, origin="release 2"), Count(MEN, 8, 12)]
    with pytest.raises(Contradiction, match=r"women is 1 to 4 \(release 1\); women is 8 to 12 \(release 2\)") as error:
        attack(counts, [])
    assert error.value.keys == (WOMEN,)
    assert not attack([counts[0], Count("women a year later", 8, 12)], []).fallen


@made_up
@given(tables(sizes=[(2,), (3,), (2, 2)]), st.randoms(use_true_random=False))
def test_a_contradiction_names_facts_that_cannot_all_be_true_and_none_to_spare(table, random):
    counts, relations = table
    at = random.randrange(len(counts))
    counts[at] = Count(counts[at].key, counts[at].high + 4, counts[at].high + 6)
    assume(not len(solutions(counts, relations)[counts[at].key]))
    with pytest.raises(Contradiction) as error:
        attack(counts, relations)
    facts = error.value.facts
    assert not is_possible(facts) and all(is_possible([fact for fact in facts if fact is not spared]) for spared in facts)


def is_possible(facts):
    return all(len(values) for values in solutions(*split(facts)).values())


def test_a_contradiction_that_only_whole_numbers_see_is_found():
    pairs = [Relation((("a", 1), ("b", 1)), 1), Relation((("b", 1), ("c", 1)), 1), Relation((("a", 1), ("c", 1)), 1)]
    counts = [Count(key, 0, 1, True) for key in "abc"]
    with pytest.raises(Contradiction) as error:
        attack(counts, pairs)
    assert set(error.value.facts) >= set(pairs)


def test_values_are_counted_and_not_only_limits():
    counts = [Count(WOMEN, 1, 4, True), Count("pairs", 0, 10)]
    (finding,) = attack(counts, [Relation(((WOMEN, 1), ("pairs", -2)), name="women come in pairs")]).fallen
    assert (finding.least, finding.greatest, finding.shown) == (2, 4, (2, 4))


def test_a_class_of_two_values_stands_while_both_are_left():
    assert not attack([Count(WOMEN, 1, 2, True)], []).fallen
    assert attack([Count(WOMEN, 1, 2, True), Count(WOMEN, 2, 6)], []).fallen[0].needed == 2


def test_a_known_ratio_narrows_its_counts():
    ratio = [Relation(((WOMEN, 1000), (STAFF, -105)), 0, True), Relation(((WOMEN, -1000), (STAFF, 95)), 0, True)]
    (finding,) = attack([Count(WOMEN, 1, 4, True), Count(STAFF, 29, 31)], ratio).fallen
    assert finding.shown == (3,)


def test_a_count_without_a_limit_stands():
    counts = [Count(WOMEN, 0, None, True), Count(MEN, 0, None, True), Count(STAFF, 30, None)]
    findings = attack(counts, [SEXES], is_tight=True).findings
    assert [(finding.least, finding.greatest, finding.has_fallen) for finding in findings] == [(0, None, False)] * 2


def test_only_the_counts_asked_for_are_looked_at():
    counts = [Count(STAFF, 40, 40), Count(WOMEN, 1, 4, True), Count(MEN, 37, 37), Count("others", 1, 4, True)]
    assert [finding.key for finding in attack(counts, [SEXES], only=["others"]).findings] == ["others"]


def test_a_relation_about_a_count_of_which_nothing_is_said_is_refused():
    with pytest.raises(ValueError, match=r"staff by sex.*nothing is said: men"):
        attack([Count(STAFF, 40, 40), Count(WOMEN, 1, 4, True)], [SEXES])


@pytest.mark.parametrize(("low", "high"), [(-1, 3), (5, 4)])
def test_an_impossible_count_of_people_is_refused(low, high):
    with pytest.raises(ValueError, match="women: a count of people cannot be"):
        Count(WOMEN, low, high)


def test_the_smallest_count_that_gives_another_away_is_suppressed():
    counts = [Count(STAFF, 40, 40, size=40), Count(WOMEN, 1, 4, True, size=3), Count(MEN, 37, 37, size=37)]
    (suppression,) = protect(counts, [SEXES])
    assert suppression.key == MEN and str(suppression).startswith("men is suppressed, or else women is 3, because staff by sex")


def test_a_count_published_before_is_not_suppressed_but_a_greater_one_is():
    counts = [Count(STAFF, 40, 40), Count(WOMEN, 1, 4, True), Count(MEN, 37, 37, was_published=True)]
    assert [suppression.key for suppression in protect(counts, [SEXES])] == [STAFF]


def test_what_nothing_can_protect_is_said_with_the_equations():
    counts = [Count(STAFF, 40, 40, was_published=True), Count(WOMEN, 1, 4, True), Count(MEN, 37, 37, was_published=True)]
    with pytest.raises(CannotBeProtected, match="cannot be protected: women is 3, because staff by sex") as error:
        protect(counts, [SEXES])
    assert error.value.findings[0].because == (SEXES, counts[2], counts[0])


@made_up
@given(tables(sizes=[(2,), (4,), (2, 2), (3, 2), (2, 2, 2)]), st.booleans())
def test_after_protection_nothing_falls_and_nothing_published_before_is_suppressed(table, is_strict):
    counts, relations = table
    assume(
        not any(relation.is_at_most for relation in relations)
    )  # a whole that is suppressed then has too many solutions to count
    may_go = {count.key for count in counts if not count.is_protected and not count.was_published}
    try:
        chosen = {suppression.key for suppression in protect(counts, relations, suppressed_as=(0, CAP), is_strict=is_strict)}
    except CannotBeProtected as error:
        for finding in error.findings:
            assert falls(finding.because, finding)
            assert not {count.key for count in split(finding.because)[0]} & (may_go - {choice.key for choice in error.suppressed})
        return
    assert chosen <= may_go
    after = [Count(count.key, 0, CAP, is_strict) if count.key in chosen else count for count in counts]
    possible = solutions(after, relations)
    for count in after:
        assert not count.is_protected or len(np.unique(possible[count.key])) >= needed(after, count.key)


def test_a_count_suppressed_for_another_may_be_found_only_where_the_rule_is_not_strict():
    counts = [Count(STAFF, 38, 38, was_published=True), Count(WOMEN, 1, 2, True), Count(MEN, 37, 37)]
    assert [suppression.key for suppression in protect(counts, [SEXES], is_strict=False)] == [MEN]
    with pytest.raises(CannotBeProtected, match="men can only be 36 or 37"):
        protect(counts, [SEXES])


def test_a_published_zero_that_is_suppressed_is_not_said_to_be_large():
    """4 in all, of whom nobody is in the second part: the first is 4, unless the second is hidden."""
    counts = [Count("all", 4, 4, was_published=True), Count("first", 1, 4, True, size=4), Count("second", 0, 0, size=0)]
    [chosen] = protect(counts, [sums_to("all", ["first", "second"])], suppressed_as=(5, None), is_strict=False)
    assert chosen.key == "second"


OUT_LOUD = """
from publication.attack import attack
from publication.knowledge import Count, sums_to
print("before")
counts = [Count("staff", 38, 42), Count("women", 1, 4, True), Count("men", 33, 37)]
for _ in range(2):
    print(len(attack(counts, [sums_to("staff", ["women", "men"])]).fallen))
"""


def test_an_attack_writes_nothing_and_what_is_written_around_it_is_there():
    """The solver's licence would stand in a command's JSON; silencing it must not silence the command."""
    said = subprocess.run([sys.executable, "-c", OUT_LOUD], capture_output=True, text=True, check=True, cwd=REPOSITORY).stdout
    assert said == "before\n0\n0\n"
