"""A release that is shown again is attacked with what readers know by then: two or three releases, other people since, and other rules."""

from dataclasses import replace

import pytest

from publication.attack_again import attacked_again
from publication.attacked import attacked, told
from publication.candidate import release_rows
from publication.context import Context
from publication.earlier import people_in
from tests.unit.publication.policy import POLICY
from tests.unit.publication.test_known import known, share

# 25 women are junior or senior. With 18 to 22 junior ones (shown as 20), and 1 to 4 senior ones, these could only be 3 or 4.
CELLS = [
    share(40, 200),
    share(4, 40, grade_band="senior"),
    share(15, 60, grade_band="middle"),
    share(21, 100, grade_band="junior"),
]
NEWS = [known(40, 40), known(15, 15, grade_band="middle")]
MORE_WOMEN = [
    replace(cell, numerator=cell.numerator + more, estimate=0.0) for cell, more in zip(CELLS, (30, 10, 10, 10), strict=True)
]
STRICTER = POLICY.model_copy(update={"min_count": 10})


class Releases:
    """What readers were told, release by release; every one was attacked when it was made."""

    def __init__(self):
        self.made = []

    def make(self, cells, policy=POLICY, statements=(), number=None):
        context = Context(statements, self.told_of(people_in(cells)))
        rows = release_rows(cells, policy, context)
        report = attacked(cells, rows, policy, context)
        assert not report.fallen
        people = people_in(cells)
        number = len(self.made) + 1
        said = [replace(each, release_id=number) for each in told(cells, rows, policy, people, context)]
        self.made.append((rows, {each.cell_id: each for each in said}, {str(each.key) for each in report.findings}))

    def told_of(self, people, without=None):
        found = {}
        for number, (_, said, _) in enumerate(self.made, 1):
            for each in said.values():
                if number != without and people.get(each.cell_id) == each.people:
                    found.setdefault(each.cell_id, []).append(each)
        return found

    def again(self, number, now, statements=(), policy=POLICY):
        rows, said, names = self.made[number - 1]
        others = self.told_of({cell_id: each.people for cell_id, each in said.items()}, without=number)
        return attacked_again(rows, said, others, now, statements, policy, names)


@pytest.fixture
def releases():
    return Releases()


@pytest.mark.parametrize("now", [CELLS, MORE_WOMEN, []])
def test_without_news_a_release_may_be_shown_again(releases, now):
    releases.make(CELLS)
    releases.make(MORE_WOMEN)
    releases.make(CELLS)
    for number in (1, 2, 3):
        report, _ = releases.again(number, now)
        assert not report.fallen and len(report.findings) == len(releases.made[number - 1][2])


@pytest.mark.parametrize("now", [CELLS, MORE_WOMEN], ids=["the same people", "other people since"])
def test_what_became_known_since_stops_a_release_that_it_gives_away(releases, now):
    releases.make(CELLS)
    releases.make(now)
    report, used = releases.again(1, now, NEWS)
    [found] = report.fallen
    assert str(found).startswith("stock of A 2025, woman, grade_band senior can only be 3 or 4, because")
    assert [use.why for use in used] == ["used", "used"]
    assert any("known.yml: Annual report" in str(fact) for fact in found.because)
    assert not releases.again(1, now, NEWS[:1])[0].fallen


def test_person_years_of_the_release_count_when_it_is_shown_again(releases):
    """97 or 98 women at the year's start, as became known since, and 101 person-years: at least three were hired, and at most four."""
    stocks = [replace(share(women, 400), cell_id=f"stock {year}", period_year=year) for women, year in ((98, 2024), (98, 2025))]
    hires = replace(share(4, 100), cell_id="hires", indicator_code="REC-02")
    rate = replace(
        share(8, 101), cell_id="rate", indicator_code="RET-01", gender="woman", unit="per 100 person-years", method="events per person-time"
    )  # fmt: skip
    releases.make([*stocks, hires, rate])
    assert not releases.again(1, [*stocks, hires, rate])[0].fallen
    [found] = releases.again(1, [*stocks, hires, rate], [known(97, 98, year=2024)])[0].fallen
    assert str(found).startswith("hires of A 2025, woman can only be 3 or 4") and "person-years" in str(found)


def test_what_was_known_when_it_was_made_stops_it_no_more_than_then(releases):
    releases.make(CELLS, statements=NEWS)
    releases.make(MORE_WOMEN, statements=NEWS)
    assert not releases.again(1, MORE_WOMEN, NEWS)[0].fallen


def test_what_statements_give_away_alone_stops_no_rollback(releases):
    releases.make(CELLS)
    releases.make(MORE_WOMEN)
    assert not releases.again(1, CELLS, [*NEWS, known(21, 21, grade_band="junior")])[0].fallen


def test_a_statement_on_other_people_is_left_out_and_said(releases):
    releases.make(CELLS)
    releases.make(MORE_WOMEN)
    report, [of_others, of_nobody] = releases.again(1, MORE_WOMEN, [known(70, 70), known(9, 9, year=2019)])
    assert of_others.why.startswith("left out, as staff lists") and of_nobody.why.startswith("left out, as no published figure")
    assert not report.fallen
    contradictory = [known(42, 42), known(13, 13, grade_band="middle"), known(18, 18, grade_band="junior")]
    report, used = releases.again(1, MORE_WOMEN, contradictory)  # eleven of a class of 1 to 4
    assert not report.fallen and {use.why for use in used} == {"left out, as it contradicts what the release tells"}


def test_a_stricter_policy_stops_a_release_in_which_a_count_is_found_that_it_suppresses(releases):
    """Seven women, all of them in a group that is too small to be shown; once seven are few, nobody may find them."""
    cells = [share(7, 100), share(7, 9, grade_band="senior"), share(0, 91, grade_band="junior")]
    seven = [known(7, 7)]
    releases.make(cells, statements=seven)
    releases.make([share(9, 120), *cells[1:]], statements=seven)
    assert not releases.again(1, cells, seven)[0].fallen
    [found] = releases.again(1, cells, seven, STRICTER)[0].fallen
    assert str(found).startswith("stock of A 2025, woman, grade_band senior is 7")


def test_a_release_from_before_what_it_told_was_kept_is_known_by_its_rows(releases):
    releases.make(CELLS)
    rows, _, names = releases.made[0]
    assert not attacked_again(rows, {}, {}, MORE_WOMEN, [], POLICY, names)[0].fallen
    [found] = attacked_again(rows, {}, {}, MORE_WOMEN, NEWS, POLICY, names)[0].fallen
    assert "grade_band senior can only be" in str(found)
