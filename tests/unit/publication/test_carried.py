"""A policy that changes over figures of closed waves: stricter, and looser again, over two and three releases."""

from __future__ import annotations

from dataclasses import replace

import pytest

from publication.candidate import release_rows
from publication.cell import GAP
from publication.context import Context
from publication.disclosure import WITH_ANOTHER
from publication.waves import Waves
from tests.unit.publication.policy import POLICY
from tests.unit.publication.test_waves import CLOSED, FINAL, SAME, SHARES, cells, estimates, release, waves

BANDS = {"junior": 120, "middle": 60, "senior": 40}
STRICT = POLICY.model_copy(update={"min_base_survey": 50})


def of_bands(sizes=BANDS, shift=0.0):
    """Everybody of an agency, and its grade bands, of which so many answered."""
    (whole,) = (cell for cell in cells(shift=shift) if cell.gender == "all")
    parts = [
        replace(whole, cell_id=f"CUL-03/2025/{band}", level="agency_grade", grade_band=band, n=n, n_positive=n // 2)
        for band, n in sizes.items()
    ]
    return [replace(whole, n=sum(sizes.values()), n_positive=sum(sizes.values()) // 2), *parts]


def shown(of, policy, state: Waves):
    rows = release_rows(of, policy, Context(waves=state))
    return {row.grade_band: row.n for row in rows if not row.is_suppressed}, rows


@pytest.fixture
def first():
    kept, rows = shown(of_bands(), POLICY, waves(CLOSED))
    assert kept == {"all": 220, **BANDS}
    return rows


@pytest.mark.parametrize("now", [BANDS, {"junior": 4, "middle": 3, "senior": 2}, {"senior": 300}], ids=["same", "few", "others"])
def test_a_stricter_policy_suppresses_a_carried_figure_with_its_partner_whoever_answers_today(first, now):
    kept, rows = shown(of_bands(now), STRICT, waves(FINAL, first))
    assert kept == {"all": 220, "junior": 120}, "the whole less two bands would be the third"
    assert {row.suppression_reason for row in rows if row.is_suppressed} == {WITH_ANOTHER}


def test_a_looser_policy_gives_back_what_was_published(first):
    """As wave_history reads it, a carried figure is the one that was shown."""
    for policy, expected in (
        (STRICT, {"all": 220, "junior": 120}),
        (POLICY, {"all": 220, **BANDS}),
        (STRICT, {"all": 220, "junior": 120}),
    ):
        kept, _ = shown(of_bands(shift=7), policy, waves(FINAL, first))
        assert kept == expected


def test_a_policy_that_suppresses_two_suppresses_no_third_where_they_hide_each_other(first):
    stricter = POLICY.model_copy(update={"min_base_survey": 80})
    assert shown(of_bands(), stricter, waves(FINAL, first))[0] == {"all": 220, "junior": 120}


@pytest.mark.parametrize(("state", "expected"), [(SAME, {"all": 220, **BANDS}), (FINAL, {"all": 220, "junior": 120})])
def test_what_the_first_release_suppressed_is_given_back_only_while_the_answers_are_the_same(state, expected):
    _, rows = shown(of_bands(), STRICT, waves(CLOSED))
    assert shown(of_bands(), STRICT, waves(state, rows))[0] == {"all": 220, "junior": 120}, "one policy, one figure"
    kept, rows = shown(of_bands(), POLICY, waves(state, rows))
    assert kept == expected
    assert shown(of_bands({"junior": 9}), POLICY, waves(FINAL, rows))[0] == expected, "and what was given back stays"


def test_a_gap_goes_with_one_of_its_figures():
    sizes = {"woman": 40, "man": 160, GAP: 200, "all": 200}
    found = [replace(cell, n=sizes[cell.gender], n_positive=None if cell.is_gap else 20) for cell in cells()]
    rows = list(release(found, waves(CLOSED)).values())
    assert estimates({row.cell_id: row for row in rows}) == SHARES
    strict = {row.gender for row in release_rows(found, STRICT, Context(waves=waves(FINAL, rows))) if not row.is_suppressed}
    assert strict == {"all"}


def test_totals_of_sensitive_figures_go_with_a_carried_part():
    (whole, *_) = (cell for cell in cells() if cell.gender == "woman")
    keys = {
        "country_type_gender": ("THA", "police"),
        "country_gender": ("THA", "all"),
        "agency_type_gender": ("all", "police"),
        "gender": ("all", "all"),
    }
    sizes = {("THA", "police"): 40, ("THA", "customs"): 200, ("THA", "all"): 240, ("all", "police"): 340, ("VNM", "police"): 300, ("all", "all"): 540}  # fmt: skip
    found = []
    for (country, kind), n in sizes.items():
        level = next(name for name, (a, b) in keys.items() if (a == "all", b == "all") == (country == "all", kind == "all"))
        found.append(
            replace(whole, cell_id=f"{country}/{kind}", level=level, country_code=country, agency_type=kind, agency_code="all", n=n,
                    n_positive=n // 2, is_sensitive=True)
        )  # fmt: skip
    base = waves(CLOSED)
    places = {("CUL-03", "synthetic", 2025, country, "all", kind): frozenset({"culture"}) for country, kind in sizes}
    first = release_rows(found, POLICY, Context(waves=replace(base, forms=places)))
    assert not any(row.is_suppressed for row in first)
    strict = POLICY.model_copy(update={"min_base_sensitive": 50})
    again = replace(waves(FINAL, first), forms=places)
    second = release_rows(found, strict, Context(waves=again))
    assert {row.cell_id for row in second if not row.is_suppressed} == {"THA/customs", "VNM/police"}
