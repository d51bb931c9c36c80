"""VIC-01 says whom it sets next to whom: how many victims, and how many staff of which agencies."""

from __future__ import annotations

import pytest

from tests.unit.publication.cells import released

PLACES = {"A": "customs", "B": "police", "C": "police"}


def stock(agency: str, women: int, staff: int) -> dict[str, object]:
    place = {
        "agency_code": agency,
        "agency_name": f"Agency {agency}",
        "agency_type": PLACES[agency],
        "country_code": "THA",
        "level": "agency",
    }
    counts = {"numerator": float(women), "denominator": float(staff), "n": staff, "estimate": 100 * women / staff}
    return place | counts | {"cell_id": agency, "indicator_code": "REP-01", "source": "hr", "unit": "pct", "period_year": 2024}


def gap(victims: float, women: int, staff: int) -> dict[str, object]:
    place = {"agency_code": "all", "agency_type": "all", "country_code": "THA", "level": "country", "period_year": 2024}
    figure = {
        "indicator_code": "VIC-01",
        "source": "external+hr",
        "unit": "percentage points",
        "cell_id": "gap",
        "method": "difference",
    }
    exact = 100 * women / staff
    counts = {
        "numerator": 0.6 * victims,
        "denominator": victims,
        "n": min(staff, int(victims)),
        "n_least": staff,
        "count_least": women,
    }
    ends = {"estimate": 60 - exact, "bound_low": 45 - exact, "bound_high": 73 - exact}
    return place | figure | counts | ends | {"first_count": float(women), "first_base": float(staff)}


def test_the_note_names_victims_staff_and_agencies_and_the_base_is_the_smaller_number() -> None:
    row = released([stock("A", 101, 1002), stock("B", 49, 498), gap(40, 150, 1500)])[-1]
    assert row["quality_flag"] == "rests on 40 victims of known sex and 1,500 staff of Agency A; Agency B"
    assert (row["n"], row["numerator"], row["denominator"], row["n_agencies"]) == (40, 24, 40, 2)
    published = 100 * (100 + 50) / (1000 + 500)
    assert (row["estimate"], row["ci_low"], row["ci_high"]) == pytest.approx(
        (60 - published, 45 - published, 73 - published), abs=1e-6
    )


def test_an_agency_of_which_nothing_is_published_is_not_named() -> None:
    row = released([stock("A", 101, 1002), stock("C", 4, 9), gap(5000, 105, 1011)])[-1]
    assert row["quality_flag"] == "rests on 5,000 victims of known sex and 1,000 staff of Agency A"
    assert (row["n"], row["n_agencies"], row["n_agencies_missing"]) == (1000, 1, 1)


def test_a_figure_that_is_withheld_has_no_number_and_no_note() -> None:
    row = released([stock("C", 4, 9), gap(40, 4, 9)])[-1]
    assert row["is_suppressed"] and row["quality_flag"] is None
    assert (row["n"], row["numerator"], row["denominator"], row["ci_low"]) == (None, None, None, None)
