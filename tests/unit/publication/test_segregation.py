"""Indices of segregation are over published counts: they tell nothing of a suppressed one, and nothing of agencies that do not publish theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import pytest

from publication.candidate import release_rows
from publication.cell import Cell, PublishedCell
from publication.disclosure import WITH_ANOTHER
from publication.segregation import by_chance, counts_of, dissimilarity
from tests.unit.publication.cells import a_cell
from tests.unit.publication.policy import POLICY

OF = {"source": "hr", "country_code": "THA", "agency_type": "police", "provenance": "real", "period_year": 2025}
POOLED = "the figure of one of its agencies is withheld"


def a_share(agency: str, women: int, men: int, function: str | None = None) -> Cell:
    split = (
        {"level": "agency"}
        if function is None
        else {"level": "agency_breakdown", "breakdown": "function", "breakdown_value": function}
    )
    return a_cell(
        cell_id=f"{agency}/{function}",
        indicator_code="REP-01",
        unit="pct",
        method="census share",
        agency_code=agency,
        numerator=float(women),
        denominator=float(women + men),
        n=women + men,
        estimate=100 * women / (women + men),
        **OF,
        **split,
    )


def an_index(agency: str, staff: Mapping[str, tuple[int, int]], level: str = "agency") -> Cell:
    women, men = (sum(side) for side in zip(*staff.values(), strict=True))
    return a_cell(
        cell_id=f"{agency}/index",
        indicator_code="REP-05",
        unit="index 0-1",
        level=level,
        agency_code=agency,
        method="dissimilarity of counts",
        n=women + men,
        n_least=min(women, men),
        estimate=dissimilarity(list(staff.values())),
        reference_value=by_chance(list(staff.values())),
        categories=";".join(f"{name}:{w}/{m}" for name, (w, m) in staff.items()),
        **OF,
    )


def indices(agencies: Mapping[str, Mapping[str, tuple[int, int]]]) -> dict[str, PublishedCell]:
    """What is published of the index of each agency, and of the country that they are."""
    cells = []
    for agency, staff in agencies.items():
        women, men = (sum(side) for side in zip(*staff.values(), strict=True))
        cells += [a_share(agency, women, men), *(a_share(agency, *people, function) for function, people in staff.items())]
        cells.append(an_index(agency, staff))
    together: dict[str, tuple[int, int]] = {}
    for staff in agencies.values():
        for function, (women, men) in staff.items():
            before = together.get(function, (0, 0))
            together[function] = (before[0] + women, before[1] + men)
    cells.append(an_index("all", together, "country"))
    return {row.agency_code: row for row in release_rows(cells, POLICY) if row.indicator_code == "REP-05"}


def test_an_index_is_the_same_whatever_a_suppressed_count_is() -> None:
    told = {
        (row.estimate, row.reference_value, row.n)
        for special in (1, 2, 3, 4)
        for row in [indices({"A": {"patrol": (72 - special, 630), "office": (52, 73), "special": (special, 197)}})["A"]]
    }
    assert len(told) == 1 and None not in next(iter(told))


def test_an_index_is_over_rounded_counts() -> None:
    [row] = [row for code, row in indices({"A": {"patrol": (72, 629), "office": (53, 71)}}).items() if code == "A"]
    assert row.estimate == pytest.approx(abs(70 / 125 - 630 / 700), abs=0.005)
    assert (row.n, row.status) == (825, "rounded")


def test_an_index_goes_with_a_figure_that_is_suppressed_to_protect_another() -> None:
    staff = {"patrol": (132, 502), "office": (37, 89), "special": (4, 184)}
    cells = [a_share("A", *people, function) for function, people in staff.items()]
    cells += [a_share("A", 173, 775), an_index("A", staff)]
    rows = {row.cell_id: row for row in release_rows(cells, POLICY)}
    assert rows["A/office"].suppression_reason == WITH_ANOTHER, "this staff needs a partner"
    assert rows["A/index"].suppression_reason == WITH_ANOTHER


def test_an_index_over_agencies_is_over_the_sum_of_what_they_publish() -> None:
    found = indices({"A": {"patrol": (72, 629), "office": (53, 71)}, "B": {"patrol": (201, 402), "office": (99, 48)}})
    assert found["all"].estimate == pytest.approx(abs((70 + 200) / (125 + 300) - (630 + 400) / (700 + 450)), abs=0.005)
    assert (found["all"].n_agencies, found["all"].n_agencies_missing) == (2, 0)


def test_an_index_over_agencies_is_suppressed_where_that_of_one_is() -> None:
    found = indices({"A": {"patrol": (72, 629), "office": (53, 71)}, "B": {"patrol": (51, 402), "office": (40, 48)}})
    assert found["A"].estimate is not None and found["B"].estimate is None
    assert (found["all"].estimate, found["all"].suppression_reason) == (None, POOLED)


@pytest.mark.parametrize(
    ("people", "by_hand"), [([(2, 1), (0, 1)], 1 / 2), ([(2, 0), (0, 2)], 1 / 3), ([(4, 1), (0, 1), (0, 2)], 0.392857142857)]
)
def test_the_value_by_chance_is_the_mean_over_all_ways_to_place_the_women(people: list[tuple[int, int]], by_hand: float) -> None:
    place = [number for number, pair in enumerate(people) for _ in range(sum(pair))]
    n_women = sum(women for women, _ in people)
    ways = []
    for chosen in combinations(range(len(place)), n_women):
        women = [sum(place[who] == number for who in chosen) for number in range(len(people))]
        ways.append(dissimilarity([(w, sum(pair) - w) for w, pair in zip(women, people, strict=True)]))
    assert by_chance(people) == pytest.approx(sum(ways) / len(ways), abs=1e-12)
    assert by_chance(people) == pytest.approx(by_hand, abs=1e-9)


def test_a_category_may_have_a_colon_in_its_name() -> None:
    assert counts_of("a:b:2/1;c:0/3") == {"a:b": (2.0, 1.0), "c": (0.0, 3.0)}


def a_pay_gap(agency: str, gap: float, women: int) -> Cell:
    level = "country" if agency == "all" else "agency"
    return a_cell(
        cell_id=f"{agency}/pay",
        indicator_code="PRO-08",
        unit="pct",
        level=level,
        agency_code=agency,
        n=20 * women,
        n_least=women,
        estimate=gap,
        method="gap of mean log pay within grades, women's weights",
        **OF,
    )


def test_pay_over_agencies_tells_nothing_of_an_agency_whose_pay_is_suppressed() -> None:
    cells = [a_pay_gap("A", 2.0, 30), a_pay_gap("B", -30.0, 1), a_pay_gap("all", 1.0, 31)]
    rows = {row.agency_code: row for row in release_rows(cells, POLICY)}
    assert rows["A"].estimate is not None and rows["B"].is_suppressed
    assert (rows["all"].estimate, rows["all"].suppression_reason) == (None, POOLED)
    shown = [a_pay_gap("A", 2.0, 30), a_pay_gap("B", -3.0, 30), a_pay_gap("all", -0.5, 60)]
    assert {row.agency_code for row in release_rows(shown, POLICY) if row.estimate is not None} == {"A", "B", "all"}


def test_an_index_has_no_interval_as_that_would_be_of_the_exact_one() -> None:
    staff = {"patrol": (72, 629), "office": (53, 71)}
    cells = [a_share("A", 125, 700), *(a_share("A", *people, function) for function, people in staff.items())]
    row = release_rows([*cells, replace(an_index("A", staff), se=0.01)], POLICY)[-1]
    assert row.indicator_code == "REP-05" and row.estimate is not None
    assert (row.se, row.ci_low, row.ci_high) == (None, None, None)
