"""Staff figures above an agency: from the published figures of its agencies, and never more than these tell."""

import pytest

from tests.unit.publication.cells import released

AGENCIES = (("A", "THA", "police"), ("B", "THA", "customs"), ("C", "VNM", "customs"))


def cell(place, numerator, n, **changes):
    agency, country, kind = place
    level = "agency" if agency != "all" else "country" if country != "all" else "agency_type"
    given = {
        "cell_id": f"{agency}{country}{kind}",
        "indicator_code": "DEP-02",
        "source": "hr",
        "unit": "pct",
        "method": "census share",
    }
    given |= {"agency_code": agency, "country_code": country, "agency_type": kind, "level": level, "period_year": 2025}
    return given | {"numerator": float(numerator), "denominator": float(n), "n": n, "estimate": 100 * numerator / n} | changes


def total_of(agencies, country="THA", kind="all", **changes):
    """What is published for Thailand, or for a type, of agencies with these counts and staff."""
    cells = [cell(place, *counts, **changes) for place, counts in zip(AGENCIES, agencies, strict=True)]
    inside = [
        counts
        for place, counts in zip(AGENCIES, agencies, strict=True)
        if country in ("all", place[1]) and kind in ("all", place[2])
    ]
    exact = [sum(counts[side] for counts in inside) for side in (0, 1)]
    return released([*cells, cell(("all", country, kind), *exact, **changes)])[-1]


def test_a_total_is_the_sum_of_its_agencies_published_figures():
    row = total_of([(33, 203), (12, 52), (40, 90)])
    assert (row["numerator"], row["denominator"], row["n_agencies"], row["n_agencies_missing"]) == (35 + 10, 205 + 50, 2, 0)
    assert row["estimate"] == pytest.approx(100 * 45 / 255)


def test_a_total_over_countries_holds_the_agencies_of_its_type():
    assert total_of([(33, 203), (12, 52), (40, 90)], "all", "customs")["numerator"] == 10 + 40


@pytest.mark.parametrize("hidden", [1, 2, 3, 4])
def test_a_total_is_the_same_whatever_a_small_count_of_an_agency_is(hidden):
    row = total_of([(33, 203), (hidden, 52), (40, 90)])
    assert (row["numerator"], row["denominator"]) == (40, 255)  # 35 + 2.5, to the nearest 5


def test_a_total_of_small_counts_alone_is_suppressed():
    assert total_of([(1, 203), (0, 52), (40, 90)])["status"] == "suppressed"


def test_an_agency_under_the_base_is_missing_and_takes_the_total_with_it_where_it_is_more_than_five_per_cent():
    row = total_of([(33, 203), (5, 9), (40, 90)])
    assert (row["numerator"], row["n_agencies"], row["n_agencies_missing"]) == (35, 1, 1)
    row = total_of([(8, 40), (5, 9), (40, 90)])
    assert row["is_suppressed"] and row["suppression_reason"] == "the figures of agencies with too many of the staff are withheld"


@pytest.mark.parametrize("nobody", [0, 1, 4])
def test_of_flows_an_agency_with_nobody_counts_as_one_with_a_few(nobody):
    row = total_of(
        [(33, 203), (nobody, 52), (40, 90)], unit="per 100 person-years", indicator_code="RET-01", method="events per person-time"
    )
    assert (row["numerator"], row["denominator"]) == (40, 255)


def test_an_agency_alone_in_its_country_has_the_countrys_figure():
    row = total_of([(33, 203), (12, 52), (43, 92)], "VNM")
    assert (row["numerator"], row["denominator"], row["n_agencies"]) == (45, 90, 1)


def test_a_ratio_above_an_agency_is_that_of_the_sums():
    pairs = {"first_count": 33.0, "first_base": 203.0, "second_count": 48.0, "second_base": 101.0}
    ratio = {"unit": "ratio", "indicator_code": "DEP-01", "method": "ratio of census shares", "n_least": 100, "count_least": 33}
    cells = [cell(place, 0, 304, **ratio, **pairs) | {"numerator": None, "denominator": None} for place in AGENCIES[:2]]
    both = {name: 2 * value for name, value in pairs.items()}
    whole = cell(("all", "THA", "all"), 0, 608, **ratio, **both) | {"numerator": None, "denominator": None}
    row = released([*cells, whole])[-1]
    assert row["estimate"] == pytest.approx((70 / 410) / (100 / 200)) and row["n"] == 610
