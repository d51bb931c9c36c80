"""What earlier releases told of the same people: part of every later attack, and never hidden or told again otherwise."""

from dataclasses import replace

import pytest

from publication.attacked import attacked, told
from publication.candidate import release_row, release_rows
from publication.context import Context
from publication.disclosure import WITH_ANOTHER
from publication.earlier import of_same_people, people_in
from publication.facts import facts_of
from publication.protect import CannotBeProtected
from publication.staff import MEAN_STAFF
from publication.time_at_risk import time_shown
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY

LOOSER = POLICY.model_copy(update={"min_count": 3, "rounding_base": 3})
COARSER = POLICY.model_copy(update={"min_count": 10, "rounding_base": 10})


def a_share(women, n, grade="all", agency="A", code="REP-01"):
    return a_cell(
        cell_id=f"{code}/{agency}/{grade}",
        indicator_code=code,
        source="hr",
        unit="pct",
        method="census share",
        agency_code=agency,
        period_year=2025,
        grade_band=grade,
        numerator=float(women),
        denominator=float(n),
        n=n,
        estimate=100 * women / n,
    )


def a_list(junior=(40, 120), middle=(15, 60), senior=(8, 30)):
    bands = {"junior": junior, "middle": middle, "senior": senior}
    whole = tuple(map(sum, zip(*bands.values(), strict=True)))
    return [a_share(*whole), *(a_share(*counts, grade) for grade, counts in bands.items())]


class Releases:
    """Releases one after the other, each of which remembers what all before told."""

    def __init__(self):
        self.told = []

    def next(self, cells, policy=POLICY, snapshots=None):
        people = people_in(cells, snapshots)
        self.earlier = of_same_people(self.told, people)
        rows = release_rows(cells, policy, Context(earlier=self.earlier))
        said = told(cells, rows, policy, people, Context(earlier=self.earlier))
        number = len({each.release_id for each in self.told}) + 1
        self.told += [replace(each, release_id=number) for each in said]
        return rows

    def attacked(self, cells, rows, policy=POLICY):
        return attacked(cells, rows, policy, Context(earlier=self.earlier))


def test_what_was_suppressed_stays_so_in_the_same_words_when_the_rules_are_loosened():
    releases, cells = Releases(), a_list(senior=(4, 30))
    first = releases.next(cells)
    third = [releases.next(cells, LOOSER), releases.next(cells, LOOSER)][-1]
    was, now = ([(row.status, row.suppression_reason) for row in rows if row.grade_band == "senior"] for rows in (first, third))
    assert was == now == [("suppressed", "fewer than 5 people in the group")]
    assert not release_rows(cells, LOOSER)[3].is_suppressed


def test_a_figure_rounded_in_two_ways_is_known_by_both():
    """43 women are published as 40 in tens, so 35 to 45, and then as 45 in fives, so 43 to 47."""
    releases, cells = Releases(), a_list(junior=(43, 120))
    releases.next(cells, COARSER)
    facts = facts_of(cells, releases.next(cells), POLICY, releases.earlier)
    told = [count for count in facts.counts if count.key.who == "woman" and ("grade_band", "junior") in count.key.traits]
    assert (max(count.low for count in told), min(count.high for count in told)) == (43, 45)
    assert [count.was_published for count in told] == [False, True]


def test_what_was_published_is_not_suppressed_to_protect_another():
    """The senior band is told first, and the junior one becomes small only in the eyes of a stricter rule: nothing hides it."""
    releases, cells = Releases(), a_list(junior=(7, 120), middle=(15, 60), senior=(8, 30))
    releases.next(cells)
    rows = releases.next(cells, COARSER)
    assert releases.attacked(cells, rows, COARSER).findings == ()
    assert any(count.is_shown for count in releases.earlier["REP-01/A/junior"])


def test_where_somebody_differs_nothing_is_assumed_between_releases():
    releases = Releases()
    releases.next(a_list(senior=(4, 30)))
    rows = releases.next(a_list(senior=(16, 42)))
    assert not releases.earlier and not rows[3].is_suppressed
    assert rows[3].numerator == 15


def test_lists_that_only_count_alike_are_not_the_same_people_where_it_is_known():
    cells = a_list(senior=(4, 30))
    releases = Releases()
    releases.next(cells, snapshots={("A", 2025, ""): "December list"})
    releases.next(cells, snapshots={("A", 2025, ""): "corrected list"})
    assert not releases.earlier
    releases.next(cells, snapshots={("A", 2025, ""): "December list"})
    assert releases.earlier


def test_a_new_breakdown_does_not_make_the_people_others():
    releases = Releases()
    releases.next(a_list(senior=(4, 30)))
    posts = replace(a_share(12, 40), cell_id="posts", breakdown="border_post", breakdown_value="yes")
    releases.next([*a_list(senior=(4, 30)), posts])
    assert "REP-01/A/senior" in releases.earlier and "posts" not in releases.earlier


def test_a_release_that_becomes_current_again_adds_nothing_to_what_is_known():
    releases, first, second = Releases(), a_list(), a_list(junior=(52, 132))
    releases.next(first)
    releases.next(second)
    known = of_same_people(releases.told, people_in(first))
    releases.next(first)  # as a rollback does
    assert of_same_people(releases.told, people_in(first)) == known


def test_what_releases_before_gave_away_together_stops_no_release():
    """A release before told all exactly but the senior band: no suppression hides it any more, and none is said to protect it."""
    releases, cells = Releases(), a_list(junior=(40, 120), middle=(15, 60), senior=(4, 30))
    releases.next(cells)
    exact = [replace(each, is_shown=True, is_suppressed=False, sides=tuple((size, size) for size in sizes)) for each, sizes in (
        (each, {"all": (59, 151, 210), "junior": (40, 80, 120), "middle": (15, 45, 60)}.get(each.cell_id.rsplit("/", 1)[1]))
        for each in releases.told
    ) if sizes]  # fmt: skip
    releases.told += [replace(each, release_id=2) for each in exact]
    rows = releases.next(cells)
    assert [row.cell_id.rsplit("/", 1)[1] for row in rows if row.is_suppressed] == ["senior"]
    assert not any("senior" in str(finding.key) for finding in releases.attacked(cells, rows).findings)


def test_what_another_version_of_the_rules_told_wrongly_is_no_knowledge():
    releases, cells = Releases(), a_list()
    releases.next(cells)
    releases.told = [replace(each, sides=each.sides and tuple((900, 910) for _ in each.sides)) for each in releases.told]
    rows = releases.next(cells)
    assert not releases.attacked(cells, rows).fallen


def of_years(**women):
    """Women of two year-ends, each of 400 people; the women hired between them, if that is told; and person-years of women, of whom nine left by the register and eight by the lists."""
    stocks = [
        replace(a_share(women[end], 400), cell_id=f"REP-01 {year}", period_year=year)
        for end, year in (("before", 2024), ("after", 2025))
    ]
    hires = [a_share(women["hired"], 100, code="REC-02")] if "hired" in women else []
    rate = replace(
        a_share(9, women["years"], code="RET-01"), cell_id="RET-01", gender="woman", unit="per 100 person-years", n=int(women["years"]), method="events per person-time"
    )  # fmt: skip
    return [*stocks, *hires, rate]


def test_person_years_that_a_release_showed_are_known_when_the_rate_is_not_shown_any_more():
    """Of 98 to 102 women, and 1 to 4 who were hired, at least three came: there were 105 person-years."""
    releases = Releases()
    first = releases.next(of_years(before=102, after=98, years=105.1))
    assert {each.cell_id: each.time for each in releases.told} == {"REP-01 2024": None, "REP-01 2025": None, "RET-01": (105, 105)}
    cells = of_years(before=102, after=98, years=105.1, hired=4)
    rows = [release_row(cell, POLICY) for cell in cells]
    rows[-1] = rows[-1].suppress(WITH_ANOTHER)
    assert not first[-1].is_suppressed and not attacked(cells, rows, POLICY).fallen
    releases.earlier = of_same_people(releases.told, people_in(cells))
    [found] = releases.attacked(cells, rows).fallen
    assert str(found).startswith("hires of A 2025, woman can only be 3 or 4") and "RET-01 in release 1's person-years" in str(
        found
    )


def test_person_years_that_readers_hold_are_not_suppressed_to_protect_a_count():
    releases = Releases()
    releases.next(of_years(before=102, after=98, years=105.1))
    with pytest.raises(CannotBeProtected, match="hires of A 2025, woman can only be 3 or 4"):
        releases.next(of_years(before=102, after=98, years=105.1, hired=4))


def test_person_years_of_other_people_tell_nothing():
    releases = Releases()
    releases.next(of_years(before=102, after=98, years=105.1))
    rows = releases.next(of_years(before=102, after=98, years=105.9, hired=4))
    assert "RET-01" not in releases.earlier and rows[-1].is_suppressed


def test_a_mean_of_two_year_ends_is_known_by_the_rounding_of_its_release():
    sides = ((18, 22),)
    assert time_shown(MEAN_STAFF, 20.0, 15.0, sides) == (25, 35)
    assert time_shown(MEAN_STAFF, 20.0, 20.0, ((15, 25),)) == (29, 51), "in tens, or nines: the wider one"
    assert time_shown("events per person-time", 20.0, 15.0, sides) == (15, 15)
    assert time_shown("events per person-time", None, None, sides) is None
