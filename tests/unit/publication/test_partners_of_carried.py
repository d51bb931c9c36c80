"""What goes with a carried figure that a stricter policy suppresses: the smallest other part, totals of it, and the gap; and nothing of other figures."""

from __future__ import annotations

import pytest

from publication.carried import GAP_WITHHELD, PART_WITHHELD, with_partners
from publication.cell import GAP
from publication.disclosure import NEVER_TOLD, WITH_ANOTHER
from tests.unit.publication.cells import a_published_cell
from tests.unit.publication.policy import POLICY

# In the catalogue several limits are 5 or 10: with one number each, none can stand in for another.
RULES = POLICY.model_copy(update={"min_base_survey": 12, "min_base_sensitive": 30})
FEW = "fewer than 12 respondents"
PLACE = {"country_code": "THA", "agency_code": "THA-POL", "agency_type": "police", "period_year": 2025, "provenance": "real"}
SENSITIVE = {"HAR-01", "HAR-02"}


def figure(cell_id, n=60, **changes):
    given = {**PLACE, "indicator_code": "CUL-03", "level": "agency", "source": "survey", "estimate": 50.0, **changes}
    return a_published_cell(cell_id=cell_id, n=n, **given)


def after(rows, *gone, why=FEW, fixed=None):
    """Why each cell is withheld once those `gone` are."""
    carried = {row.cell_id: row for row in rows}
    now = [row.suppress(why) if row.cell_id in gone else row for row in rows]
    found = with_partners(now, carried, carried if fixed is None else fixed, SENSITIVE, RULES)
    return {row.cell_id: row.suppression_reason for row in found if row.is_suppressed}


def bands(**sizes):
    return [figure(band, n, level="agency_grade", grade_band=band) for band, n in sizes.items()]


def test_the_smallest_shown_part_goes_with_one_alone_and_of_two_alike_the_first_by_key():
    assert after(bands(junior=40, middle=60, senior=9), "senior") == {"senior": WITH_ANOTHER, "junior": WITH_ANOTHER}
    assert after(bands(middle=60, junior=60, senior=9), "senior").keys() == {"senior", "junior"}
    assert after(bands(senior=9), "senior") == {"senior": FEW}, "there is no other"


@pytest.mark.parametrize(("n", "gone"), [(6, {"a", "b"}), (5, {"a", "b", "c"})])
def test_two_parts_hide_each_other_from_the_base_of_a_figure_on(n, gone):
    assert after(bands(a=6, b=n, c=40, d=90), "a", "b").keys() == gone


@pytest.mark.parametrize(
    ("code", "n", "gone"), [("CUL-03", 15, {"a", "b"}), ("HAR-01", 15, {"a", "b"}), ("HAR-01", 14, {"a", "b", "c"})]
)
def test_a_sensitive_figure_has_the_larger_base(code, n, gone):
    rows = [
        figure(band, size, grade_band=band, indicator_code=code) for band, size in {"a": 15, "b": n, "c": 40, "d": 90}.items()
    ]
    assert after(rows, "a", "b").keys() == gone


def test_a_part_that_was_suppressed_when_it_was_published_or_is_not_carried_takes_no_other():
    rows = [*bands(junior=40, middle=60), figure("senior", None, grade_band="senior").suppress(FEW)]
    assert after(rows) == {"senior": FEW}
    assert after(bands(junior=40, middle=60, senior=9), "senior", fixed={"junior"}) == {"senior": FEW}


def test_a_part_that_is_not_available_is_taken_for_no_other():
    lacking = figure("none", 0, grade_band="none", unavailable_reason="not available: needs X")
    assert after([*bands(middle=60, senior=9), lacking], "senior").keys() == {"senior", "middle"}


def test_a_part_that_goes_along_takes_its_own_partners():
    """A band of women goes with another band; women and men of that band are parts of it."""
    rows = [
        figure(f"{band}/{gender}", n, grade_band=band, gender=gender)
        for band, n in (("junior", 40), ("senior", 9))
        for gender in ("woman", "man", "all")
    ]
    assert after(rows, "senior/woman").keys() == {"senior/woman", "junior/woman", "senior/man", "junior/man"}


def test_of_parts_that_are_gone_no_reason_narrows_one_down_but_what_is_never_told_says_so():
    assert after(bands(a=9, b=20, c=40), "a", "b") == {"a": WITH_ANOTHER, "b": WITH_ANOTHER}
    assert after(bands(a=9, b=20, c=40), "a", "b", why=NEVER_TOLD) == {"a": NEVER_TOLD, "b": NEVER_TOLD}


def gaps(**changes):
    sides = [figure(gender, gender=gender, **changes) for gender in ("woman", "man")]
    return [*sides, figure("gap", gender=GAP, **changes)]


@pytest.mark.parametrize("gender", ["woman", "man"])
def test_a_gap_goes_with_either_of_its_two_figures(gender):
    assert after(gaps(), gender) == {gender: FEW, "gap": GAP_WITHHELD}


@pytest.mark.parametrize(
    "other",
    [
        {"indicator_code": "CUL-01"},
        {"period_year": 2024},
        {"agency_code": "THA-IMM"},
        {"provenance": "synthetic"},
        {"grade_band": "senior"},
    ],
    ids=str,
)
def test_gaps_of_others_stay(other):
    assert after([*gaps()[:2], figure("gap", gender=GAP, **other)], "woman") == {"woman": FEW}


def test_a_gap_that_is_not_there_or_withheld_already_keeps_its_own_words():
    *sides, gap = gaps()
    absent = figure("gap", gender=GAP, unavailable_reason="not available: needs X")
    assert after([*sides, absent], "woman") == {"woman": FEW}
    assert after([*sides, gap.suppress("never")], "woman") == {"woman": FEW, "gap": "never"}


FINEST, *_, WIDEST = RULES.sensitive_levels
TOTAL = {"indicator_code": "HAR-01", "gender": "woman", "agency_code": "all", "agency_type": "all", "level": "country_gender"}
PART = TOTAL | {"agency_type": "police", "level": FINEST}


def test_a_total_of_a_sensitive_figure_goes_with_its_part():
    assert after([figure("part", 20, **PART), figure("total", 110, **TOTAL)], "part") == {"part": FEW, "total": PART_WITHHELD}


@pytest.mark.parametrize(
    "other",
    [
        {"indicator_code": "HAR-02"}, {"gender": "man"}, {"period_year": 2024}, {"provenance": "synthetic"}, {"country_code": "VNM"},
        {"agency_type": "customs"}, {"level": "agency_gender"}, {"level": FINEST}, {"unavailable_reason": "not available: needs X"},
    ],
    ids=str,
)  # fmt: skip
def test_a_total_of_another_figure_stays(other):
    assert after([figure("part", 20, **PART), figure("total", 110, **TOTAL | other)], "part") == {"part": FEW}


def test_totals_of_figures_that_are_not_sensitive_and_of_parts_that_are_shown_stay():
    plain = {"indicator_code": "CUL-03"}
    assert after([figure("part", 20, **PART | plain), figure("total", 110, **TOTAL | plain)], "part") == {"part": FEW}
    finer = PART | {"level": "agency_gender"}
    assert after([figure("part", 20, **finer), figure("total", 110, **TOTAL)], "part") == {"part": FEW}
    old = figure("old", 20, **PART).suppress(FEW)
    assert after([old, figure("total", 110, **TOTAL)]) == {"old": FEW}, "the total was published beside it"


@pytest.mark.parametrize(("n", "level", "is_gone"), [(15, WIDEST, False), (14, WIDEST, True), (15, "country_gender", True)])
def test_the_widest_total_stays_where_two_parts_hide_each_other(n, level, is_gone):
    parts = [figure(kind, size, **PART | {"agency_type": kind}) for kind, size in (("police", 15), ("customs", n))]
    found = after([*parts, figure("total", 110, **TOTAL | {"level": level})], "police", "customs")
    assert ("total" in found) is is_gone
    alone = after([figure("police", 90, **PART), figure("total", 110, **TOTAL | {"level": level})], "police")
    assert alone["total"] == PART_WITHHELD, "one part alone is the total less the others"
