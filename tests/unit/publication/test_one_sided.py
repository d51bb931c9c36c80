"""Where the published staff are of one sex alone, a comparison of women and men is not defined; in all other cases it is not available."""

import pytest

from publication.cell import Status
from publication.one_sided import defined
from tests.unit.publication.cells import a_published_cell, released

NEEDS = "not available: needs staff lists that cover a whole year"
PLACE = {"agency_code": "A", "period_year": 2025, "provenance": "real", "source": "hr"}


def share(women, staff, status=Status.ROUNDED, **given):
    said = {"indicator_code": "REP-01", "numerator": women, "denominator": staff, "status": status, "unit": "pct"}
    return a_published_cell(**PLACE | said | given)


def missing(**given):
    said = {
        "indicator_code": "RET-02",
        "unit": "ratio",
        "direction": "down",
        "domain_no": 3,
        "unavailable_reason": NEEDS,
        "status": Status.NOT_AVAILABLE,
    }
    return a_published_cell(**PLACE | said | given)  # fmt: skip


def outcome(*rows):
    last = defined(rows)[-1]
    return last.unavailable_reason, last.status


@pytest.mark.parametrize(("women", "status", "who"), [(0.0, Status.ZERO, "women"), (120.0, Status.ROUNDED, "men")])
def test_without_women_or_without_men_no_list_would_help(women, status, who):
    assert outcome(share(women, 120.0, status), missing()) == (
        f"not defined: the agency's staff list shows no {who}",
        Status.NOT_DEFINED,
    )


@pytest.mark.parametrize("given", [
    {"unit": "index 0-1", "indicator_code": "REP-04"}, {"unit": "pct", "direction": "target 0", "indicator_code": "PRO-07"},
    {"unit": "years", "direction": "target 0", "indicator_code": "PRO-05"},
])  # fmt: skip
def test_every_kind_of_comparison_is_meant(given):
    assert outcome(share(0.0, 120.0, Status.ZERO), missing(**given))[1] == Status.NOT_DEFINED


@pytest.mark.parametrize("given", [
    {"unit": "pct"}, {"source": "hr+external"}, {"source": "fact_finding"}, {"domain_no": 2}, {"agency_code": "B"}, {"period_year": 2024},
    {"unavailable_reason": "not defined: no man left", "status": Status.NOT_DEFINED}, {"provenance": "synthetic"},
])  # fmt: skip
def test_what_compares_nobody_or_another_place_stays(given):
    row = missing(**given)
    assert outcome(share(0.0, 120.0, Status.ZERO), row) == (row.unavailable_reason, row.status)


@pytest.mark.parametrize("stock", [
    share(30.0, 120.0), share(None, None, Status.SUPPRESSED), share(0.0, 120.0, Status.ZERO, grade_band="senior"),
    share(0.0, 120.0, Status.ZERO, breakdown="function"), share(0.0, 120.0, Status.ZERO, period="mid-year"),
    share(0.0, 120.0, Status.ZERO, agency_code="all"), share(0.0, 120.0, Status.ZERO, indicator_code="PRO-01"),
])  # fmt: skip
def test_only_the_share_of_all_staff_as_it_is_published_decides(stock):
    assert outcome(stock, missing()) == (NEEDS, Status.NOT_AVAILABLE)


def test_a_whole_release_tells_an_agency_without_women_from_one_whose_share_is_withheld():
    def agency(code, women, men):
        place = PLACE | {"agency_code": code, "level": "agency", "tier": "core", "country_code": "AAA", "agency_type": "police"}
        stock = {
            "cell_id": f"{code} 1",
            "indicator_code": "REP-01",
            "unit": "pct",
            "n": women + men,
            "numerator": float(women),
            "denominator": float(women + men),
        }
        gone = {
            "cell_id": f"{code} 2",
            "indicator_code": "RET-02",
            "unit": "ratio",
            "n": 0,
            "unavailable_reason": NEEDS,
            "domain_no": 3,
        }
        return [place | stock, place | gone]

    rows = {row["cell_id"]: row["status"] for row in released([*agency("A", 0, 120), *agency("B", 3, 120), *agency("C", 0, 6)])}
    assert (rows["A 2"], rows["B 2"], rows["C 2"]) == (Status.NOT_DEFINED, Status.NOT_AVAILABLE, Status.NOT_AVAILABLE)
