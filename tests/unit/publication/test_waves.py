"""Closed waves are final: two waves, several releases, a rollback, and waves that are opened again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publication.candidate import release_rows
from publication.cell import GAP, Cell, PublishedCell, Status
from publication.composite import composite_rows
from publication.context import Context
from publication.disclosure import WAVE_FINAL, WAVE_OPEN
from publication.wave_history import count_differing
from publication.waves import BASE, Waves, WaveState, moved
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY

OPEN, CLOSED = WaveState(is_closed=False), WaveState(is_closed=True)
FINAL = WaveState(is_closed=True, is_published=True)
SAME = replace(FINAL, is_unchanged=True)
AGAIN = replace(FINAL, is_reopened=True)
SHARES = {"woman": 50.0, "man": 60.0, GAP: -10.0, "all": 55.0}


def cells(year: int = 2025, shift: float = 0.0, code: str = "CUL-03", **changes) -> list[Cell]:
    """Women, men, their gap and everybody of an agency."""
    return [
        a_cell(
            cell_id=f"{code}/{year}/{gender}",
            indicator_code=code,
            indicator_name="Culture",
            country_code="THA",
            agency_code="THA-POL",
            agency_type="police",
            gender=gender,
            level="agency" if gender == "all" else "agency_gap" if gender == GAP else "agency_gender",
            period_year=year,
            provenance="synthetic",
            source="survey",
            unit="pct",
            statistic="share",
            numerator=55.0,
            denominator=100.0,
            n=200 if gender in (GAP, "all") else 100,
            n_positive=None if gender == GAP else 55,
            estimate=estimate if gender == GAP else estimate + shift,
            se=4.0,
            df=99,
            method="Taylor",
            catalogue_version="1",
            **changes,
        )
        for gender, estimate in SHARES.items()
    ]


def waves(state: WaveState, carried: list[PublishedCell] | None = None, year: int = 2025, n_differing=(), also=()) -> Waves:
    """`n_differing` by gender; `also` further codes that the form asks for."""
    places = [(code, "synthetic", year, "THA", "THA-POL", "police") for code in ("CUL-03", *also)]
    bases = {
        tuple(getattr(cell, name) for name in BASE): dict(n_differing).get(cell.gender, 0)
        for cell in cells(year)
        if not cell.is_gap
    }
    return Waves(
        {("culture", year): state},
        {place: frozenset({"culture"}) for place in places},
        {row.cell_id: row for row in carried or []},
        bases,
    )


def release(of: list[Cell], state: Waves) -> dict[str, PublishedCell]:
    return {row.cell_id: row for row in release_rows(of, POLICY, Context(waves=state))}


@pytest.fixture
def first() -> list[PublishedCell]:
    """The first release of the wave of 2025."""
    return list(release(cells(), waves(CLOSED)).values())


def estimates(rows: dict[str, PublishedCell], year: int = 2025) -> dict[str, float | None]:
    return {row.gender: row.estimate for row in rows.values() if row.period_year == year}


def test_an_open_wave_shows_nothing_and_says_so():
    found = release([*cells(), *cells(breakdown="caring", breakdown_value="yes", code="WLB-02")], waves(OPEN, also=["WLB-02"]))
    assert {(row.status, row.suppression_reason, row.n) for row in found.values()} == {(Status.OPEN, WAVE_OPEN, None)}
    assert {row.breakdown for row in found.values()} == {"none"}, "no row tells who was first in a group"


def test_a_closed_wave_is_published_once_and_stands_over_three_releases(first):
    assert estimates({row.cell_id: row for row in first}) == SHARES
    second = release(cells(shift=3), waves(FINAL, first))
    assert list(second.values()) == first
    assert list(release(cells(shift=-7), waves(FINAL, list(second.values()))).values()) == first


def test_a_second_wave_arrives_while_the_first_has_a_late_edit(first):
    both = waves(FINAL, first)
    both = replace(
        both, states={**both.states, ("culture", 2026): CLOSED}, forms={**both.forms, **waves(CLOSED, year=2026).forms}
    )
    found = release([*cells(shift=3), *cells(2026, shift=1)], both)
    assert estimates(found) == SHARES
    assert estimates(found, 2026) == {"woman": 51, "man": 61, GAP: -10, "all": 56}


def test_a_wave_stays_final_where_its_end_is_moved(first):
    assert estimates(release(cells(shift=3), waves(WaveState(False, is_published=True), first))) == SHARES


def test_figures_stay_where_all_who_gave_them_were_erased(first):
    without_women = [cell for cell in cells() if cell.gender not in ("woman", GAP)]
    assert estimates(release(without_women, waves(FINAL, first))) == SHARES
    nobody = [replace(cells()[3], n=None, estimate=None, numerator=None, unavailable_reason="not available: needs answers")]
    assert estimates(release(nobody, waves(FINAL, first))) == SHARES
    assert release(cells(code="LDR-03"), waves(FINAL, first)).keys() == {f"LDR-03/2025/{gender}" for gender in SHARES}, (
        "CUL-03 was dropped"
    )


@pytest.mark.parametrize(("state", "is_shown"), [(SAME, True), (FINAL, False)])
def test_a_new_indicator_of_a_final_wave_is_shown_only_while_its_respondents_are_the_same(first, state, is_shown):
    found = release([*cells(), *cells(code="LDR-03")], waves(state, first, also=["LDR-03"]))
    new = [row for row in found.values() if row.indicator_code == "LDR-03" and row.gender != GAP]
    assert {row.suppression_reason for row in new} == ({None} if is_shown else {WAVE_FINAL})


def test_a_group_that_a_late_edit_begins_has_no_row(first):
    found = release([*cells(), replace(cells()[3], cell_id="other", gender="other")], waves(FINAL, first))
    assert "other" not in found


@pytest.mark.parametrize(("women", "men", "expected"), [(9, 9, SHARES), (10, 9, {"woman": 53, "man": 60, GAP: -7, "all": 55})])
def test_a_wave_that_is_opened_again_moves_a_figure_where_ten_of_its_own_base_differ(first, women, men, expected):
    again = waves(AGAIN, first, n_differing={"woman": women, "man": men, "all": 9})
    found = release(cells(shift=3), again)
    assert estimates(found) == expected
    assert bool(moved(cells(shift=3), again, POLICY)) == (women >= 10)


def test_a_wave_that_is_opened_again_with_the_same_people_follows_the_catalogue(first):
    assert estimates(release(cells(shift=3), waves(replace(SAME, is_reopened=True), first)))["woman"] == 53


def test_a_suppressed_figure_of_a_final_wave_stays_suppressed():
    few = [replace(cell, n=9) if cell.gender == "woman" else cell for cell in cells()]
    first = list(release(few, waves(CLOSED)).values())
    assert [row.estimate for row in first if row.gender in ("woman", GAP)] == [None, None]
    assert list(release(cells(), waves(FINAL, first)).values()) == first


def test_a_carried_figure_has_todays_names_and_todays_policy(first):
    renamed = cells(shift=3)
    renamed = [replace(cell, indicator_name="Respect", catalogue_version="2") for cell in renamed]
    found = release(renamed, waves(FINAL, first))
    assert {(row.indicator_name, row.catalogue_version) for row in found.values()} == {("Respect", "1")}
    strict = POLICY.model_copy(update={"min_base_survey": 150})
    held = {row.gender: row.is_suppressed for row in release_rows(cells(), strict, Context(waves=waves(FINAL, first)))}
    assert held == {"woman": True, "man": True, GAP: True, "all": False}, "the gap and one of them would tell the other"
    sensitive = [replace(cell, is_sensitive=True) for cell in cells()]
    assert all(row.is_suppressed for row in release_rows(sensitive, POLICY, Context(waves=waves(FINAL, first))))


def test_the_index_is_made_of_carried_figures(first):
    from parity.catalogue.composite import read_composite
    from parity.settings import REPOSITORY

    scale = {"indicator_code": "CUL-03", "tier": "core", "source": "survey", "domain_no": 1, "domain_name": "D", "direction": "up", "goalpost_worst": 0.0, "goalpost_best": 100.0}  # fmt: skip
    composite = read_composite(REPOSITORY / "catalogue")
    scores = [
        composite_rows(release_rows(cells(shift=shift), POLICY, Context(waves=waves(state, first))), [scale], composite)[1]
        for shift, state in ((0, FINAL), (20, FINAL), (20, CLOSED))
    ]
    assert scores[0] == scores[1]
    assert release_rows(cells(shift=20), POLICY, Context(waves=waves(CLOSED)))[3].estimate == 75


def test_who_differs_counts_for_the_figures_that_the_answer_is_in_or_that_are_split_by_it():
    place = {"indicator_code": "CUL-03", "country_code": "THA", "agency_code": "THA-POL", "agency_type": "police", "gender": "woman", "grade_band": "junior", "breakdown": "none", "breakdown_value": "all", "period_year": 2025, "provenance": "real"}  # fmt: skip
    items = {"CUL-03": {"respect", "included"}}

    def counted(fields, **kept):
        base = {
            **place,
            "country_code": "all",
            "agency_code": "all",
            "agency_type": "all",
            "gender": "all",
            "grade_band": "all",
            **kept,
        }
        return count_differing([place | {"fields": fields}], items)[tuple(base[name] for name in BASE)]

    assert counted(None) == counted(["respect"]) == counted(["respect"], gender="woman") == 1
    assert counted(["sup_balance"]) == counted(["sup_balance"], gender="woman") == 0
    assert counted(["gender"]) == 0 and counted(["gender"], gender="woman") == 1
    assert counted(["agency"], country_code="THA") == 0 and counted(["agency"], agency_code="THA-POL") == 1


def two_forms(first: list[PublishedCell], culture: WaveState, pay: WaveState) -> Waves:
    """A total of the two forms `culture` and `pay` of one year, which was published of `culture` alone."""
    state = waves(culture, first)
    place = next(iter(state.forms))
    return replace(state, states=state.states | {("pay", 2025): pay}, forms={place: frozenset({"culture", "pay"})})


@pytest.mark.parametrize(
    ("culture", "pay", "more", "woman"),
    [(SAME, CLOSED, 13, 53), (SAME, CLOSED, 11, 50), (FINAL, CLOSED, 90, 50), (SAME, OPEN, 90, 50)],
    ids=["closed", "too few", "the first changed", "still open"],
)
def test_a_total_takes_in_a_second_form_of_its_year_once_that_is_closed_and_large_enough(first, culture, pay, more, woman):
    grown = [replace(cell, n=cell.n + more) for cell in cells(shift=3)]
    second = list(release(grown, two_forms(first, culture, pay)).values())
    assert estimates({row.cell_id: row for row in second})["woman"] == woman
    third = release(grown, two_forms(second, replace(culture, is_unchanged=False), replace(FINAL, is_published=pay is CLOSED)))
    assert estimates(third)["woman"] == woman


def test_a_sensitive_total_stays_that_of_its_first_form():
    def asked(shift, n):
        return [replace(cell, is_sensitive=True, level="gender", n=n) for cell in cells(shift=shift) if cell.gender == "woman"]

    places = {("CUL-03", "synthetic", 2025, country, agency, "police") for country, agency in (("THA", "A"), ("VNM", "B"))}
    both = {place: frozenset({"culture"}) for place in places}
    kept = [replace(cell, country_code="all", agency_code="all", agency_type="all") for cell in asked(0, 100)]
    total = ("CUL-03", "synthetic", 2025, "all", "all", "all")
    first = list(release(kept, replace(waves(CLOSED), forms=both | {total: frozenset({"culture"})})).values())
    assert [row.estimate for row in first] == [50]
    state = replace(two_forms(first, SAME, CLOSED), forms=both | {total: frozenset({"culture", "pay"})})
    grown = [replace(cell, country_code="all", agency_code="all", agency_type="all") for cell in asked(3, 300)]
    assert [row.estimate for row in release(grown, state).values()] == [50]
