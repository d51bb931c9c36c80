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
    counts = {} if "first_count" in changes else {"numerator": float(numerator), "denominator": float(n)}
    return given | counts | {"n": n, "estimate": 100 * numerator / n} | changes


def total_of(agencies, country="THA", kind="all", **changes):
    """The published row of Thailand, or of a type of agency, from agencies with these counts and staff."""
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
    assert (row["numerator"], row["denominator"]) == (35, 255)  # 35 + 2, to the nearest 5


def test_a_total_that_is_mostly_made_of_stand_ins_is_no_measurement():
    flow = {"unit": "per 100 person-years", "indicator_code": "RET-01", "method": "events per person-time"}
    row = total_of([(0, 300), (0, 300), (40, 90)], **flow)
    assert row["is_suppressed"] and row["numerator"] is None
    assert total_of([(3, 203), (8, 52), (40, 90)])["suppression_reason"] is None  # 2.5 of 12.5
    assert total_of([(3, 203), (5, 52), (40, 90)])["suppression_reason"] == "too few people in most of its agencies"  # 2.5 of 7.5


def test_an_agency_that_is_suppressed_to_protect_another_cell_adds_nothing_to_a_total():
    """Its figure would be the total less the other agency's."""

    def of(agency, code, women, n, kind="police", **changes):
        return cell((agency, "THA", kind), women, n, indicator_code=code, **changes)

    small = [of("A", "REP-01", 7, 80), of("A", "PRO-02", 5, 40), of("A", "PRO-01", 2, 40)]
    large = [of("B", "REP-01", 100, 400), of("B", "PRO-02", 60, 200), of("B", "PRO-01", 40, 200)]
    total = of("all", "PRO-02", 65, 240, kind="all", level="country")
    rows = {(row["agency_code"], row["indicator_code"]): row for row in released([*small, *large, total])}
    why = {key: row["suppression_reason"] for key, row in rows.items() if row["is_suppressed"]}
    assert why == {
        ("A", "REP-01"): "too few people, here or in another part",
        ("A", "PRO-02"): "too few people, here or in another part",
        ("A", "PRO-01"): "fewer than 5 people in the group",
        ("all", "PRO-02"): "the figures of agencies with too many of the staff are withheld",
    }


def test_that_no_man_left_any_agency_is_not_told_of_their_country():
    ratio = {
        "unit": "ratio",
        "indicator_code": "RET-02",
        "method": "rate ratio",
        "n_least": 90,
    }
    ratio |= {"first_count": 8.0, "first_base": 90.0, "second_base": 200.0}
    for men in (0.0, 1.0):
        why = None if men else "not defined: no man left"
        cells = [cell(place, 0, 290, **ratio, second_count=men, unavailable_reason=why) for place in AGENCIES[:2]]
        row = released([*cells, cell(("all", "THA", "all"), 0, 580, **ratio, second_count=2 * men, unavailable_reason=why)])[-1]
        assert row["is_suppressed"] and row["unavailable_reason"] is None


def test_the_people_of_a_compared_total_are_those_of_the_agencies_in_it():
    ratio = {
        "unit": "ratio",
        "indicator_code": "PRO-03",
        "method": "ratio of census shares",
    }
    big = {
        "first_count": 100.0,
        "first_base": 600.0,
        "second_count": 20.0,
        "second_base": 200.0,
        "n_least": 600,
        "count_least": 20,
    }
    tiny = {"first_count": 2.0, "first_base": 8.0, "second_count": 1.0, "second_base": 4.0, "n_least": 8, "count_least": 1}
    both = {
        "first_count": 102.0,
        "first_base": 608.0,
        "second_count": 21.0,
        "second_base": 204.0,
        "n_least": 608,
        "count_least": 21,
    }
    cells = [cell(AGENCIES[0], 0, 600, **ratio, **big), cell(AGENCIES[1], 0, 8, **ratio, **tiny)]
    row = released([*cells, cell(("all", "THA", "all"), 0, 608, **ratio, **both)])[-1]
    assert (row["n"], row["n_agencies"], row["n_agencies_missing"]) == (600, 1, 1)


def test_an_agency_alone_in_its_country_has_the_figure_of_the_country():
    row = total_of([(33, 203), (12, 52), (43, 92)], "VNM")
    assert (row["numerator"], row["denominator"], row["n_agencies"]) == (45, 90, 1)


def test_a_ratio_above_an_agency_is_that_of_the_sums():
    pairs = {"first_count": 33.0, "first_base": 203.0, "second_count": 48.0, "second_base": 101.0}
    ratio = {"unit": "ratio", "indicator_code": "DEP-01", "method": "ratio of census shares", "n_least": 100, "count_least": 33}
    cells = [cell(place, 0, 304, **ratio, **pairs) for place in AGENCIES[:2]]
    both = {name: 2 * value for name, value in pairs.items()}
    whole = cell(("all", "THA", "all"), 0, 608, **ratio, **both)
    row = released([*cells, whole])[-1]
    assert row["estimate"] == pytest.approx((70 / 410) / (100 / 200)) and row["n"] == 610
