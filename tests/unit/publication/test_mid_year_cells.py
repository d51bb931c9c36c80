"""A mid-year is a period of its own in every step of a release: it is never a year's figure, and moves none."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from parity.catalogue.composite import Composite
from parity.catalogue.known import Known
from publication.attack import attack
from publication.attacked import attacked, known_used
from publication.candidate import release_rows
from publication.cell import MID_YEAR
from publication.composite import composite_rows
from publication.context import Context
from publication.disclosure import NO_BREAKDOWNS
from publication.earlier import people_in
from publication.facts import facts_of
from publication.newest import for_charts
from publication.roadmap import roadmap_rows
from tests.unit.publication.cells import a_cell, a_published_cell
from tests.unit.publication.policy import POLICY
from tests.unit.publication.test_composite import SMALL
from tests.unit.publication.test_roadmap import CELL, ROW, TREND
from tests.unit.publication.test_years_to_target import projection
from tests.unit.publication.test_years_to_target import staff as of_staff


def share(women, n, **changes):
    given = {
        "cell_id": f"REP-01 {women} {n} {changes}", "indicator_code": "REP-01", "source": "hr", "unit": "pct", "method": "census share",
        "level": "agency", "country_code": "THA", "agency_code": "THA-POL", "agency_name": "Police", "agency_type": "police", "period_year": 2026,
        "provenance": "synthetic", "numerator": float(women), "denominator": float(n), "n": n, "estimate": 100 * women / n,
    }  # fmt: skip
    return a_cell(**given | changes)


def mid_year(women, n, **changes):
    return share(women, n, **{"period": MID_YEAR, "period_date": dt.date(2026, 6, 30)} | changes)


def of_period(rows, period):
    return [row for row in rows if row.period == period]


def total(n=1500):
    return share(300, n, level="country", agency_code="all", agency_name="All", agency_type="all")


YEARS = [share(300, 1500, period_year=2025), share(330, 1500), total()]
MID = [mid_year(310, 1500), mid_year(30, 300, level="agency_grade", grade_band="senior")]


def test_figures_of_years_are_the_same_with_and_without_a_mid_year():
    assert of_period(release_rows([*MID, *YEARS], POLICY), "year") == release_rows(YEARS, POLICY)


def test_a_mid_year_is_rounded_and_named_and_never_the_newest():
    rows = of_period(release_rows([*YEARS, *MID], POLICY), MID_YEAR)
    assert [(row.numerator, row.is_newest, row.label) for row in rows] == [
        (310, False, "Police, mid-year 2026 · REP-01"),
        (30, False, "Police, senior grades, mid-year 2026 · REP-01"),
    ]
    alone = for_charts([a_published_cell(**vars(row)) for row in rows])
    assert not any(row.is_newest for row in alone), "not even where no year is there"


def test_a_mid_year_without_a_year_of_its_name_gives_charts_no_new_year():
    rows = release_rows([YEARS[0], *MID], POLICY)
    assert [(row.period_year, row.is_newest) for row in of_period(rows, "year")] == [(2025, True)]


def test_a_year_without_breakdowns_takes_none_of_its_mid_year():
    senior = share(33, 300, level="agency_grade", grade_band="senior")
    rows = release_rows([*YEARS, senior, *MID], POLICY, Context(without_breakdowns={("THA-POL", 2026)}))
    assert [row.period for row in rows if row.suppression_reason == NO_BREAKDOWNS] == ["year"]


def facts(*cells):
    return facts_of(cells, release_rows(cells, POLICY), POLICY)


def test_counts_of_a_mid_year_and_of_a_year_are_of_other_people_even_where_they_are_as_many():
    found = facts(share(300, 1500), mid_year(300, 1500))
    assert len(found.truth) == 6 and {key.period for key in found.truth} == {"year", MID_YEAR}
    assert len(facts(share(300, 1500), share(300, 1500, cell_id="copy")).truth) == 3
    assert any(str(key).startswith("stock of THA-POL mid-year 2026") for key in found.truth)


def test_no_sum_and_no_flow_ties_a_mid_year_to_a_year():
    years = [share(300, 1500, period_year=2025), share(310, 1500)]
    flows = [share(20, 60, indicator_code="REC-02")]
    leavers = [
        a_cell(
            cell_id=f"left {gender}", indicator_code="RET-01", source="hr", unit="per 100 person-years", level="agency_gender", agency_code="THA-POL",
            provenance="synthetic", period_year=2026, gender=gender, numerator=float(n), denominator=1000.0, n=1000, estimate=n / 10,
        )
        for gender, n in (("woman", 10), ("man", 50))
    ]  # fmt: skip
    for cells in ([*years, *flows, *leavers], [*years, *MID, *flows, *leavers]):
        relations = facts(*cells).relations
        assert sum(relation.name == "from one year to the next" for relation in relations) == 2
        for relation in relations:
            assert len({key.period for key, _ in relation.terms}) == 1, relation


def test_a_small_count_of_a_mid_year_is_protected_among_its_own_bands():
    bands = {"junior": (200, 700), "middle": (107, 700), "senior": (3, 100)}
    year = [share(310, 1500), *(share(*counts, level="agency_grade", grade_band=band) for band, counts in bands.items())]
    middle = [mid_year(310, 1500), *(mid_year(*counts, level="agency_grade", grade_band=band) for band, counts in bands.items())]
    cells = [*year, *middle]
    rows = release_rows(cells, POLICY)
    assert [row.is_suppressed for row in of_period(rows, MID_YEAR)] == [row.is_suppressed for row in of_period(rows, "year")]
    assert any(row.is_suppressed for row in of_period(rows, MID_YEAR))
    assert not attacked(cells, rows, POLICY).fallen
    assert not attack(facts(*cells).counts, facts(*cells).relations).fallen


def test_what_is_known_of_a_year_is_not_known_of_its_mid_year():
    statement = Known(
        indicator="REP-01", agency="THA-POL", year=2026, who="woman", source="Annual report", least=310, greatest=310
    )
    cells = [mid_year(310, 1500)]
    [use] = known_used(cells, release_rows(cells, POLICY), POLICY, [statement])
    assert use.key is None
    cells = [share(310, 1500)]
    [use] = known_used(cells, release_rows(cells, POLICY), POLICY, [statement])
    assert use.key is not None


def test_who_a_year_is_of_is_remembered_alike_with_and_without_a_mid_year():
    alone = people_in(YEARS)
    assert {cell: people for cell, people in people_in([*YEARS, *MID]).items() if cell in alone} == alone


def test_the_index_has_no_mid_year():
    scale = {
        "indicator_code": "REP-01", "tier": SMALL.tier, "source": "hr", "domain_no": SMALL.domains[0], "domain_name": "R", "direction": "up",
        "goalpost_worst": 0.0, "goalpost_best": 50.0,
    }  # fmt: skip
    assert isinstance(SMALL, Composite)
    rows = release_rows([*YEARS[:2], *MID], POLICY)
    assert composite_rows(rows, [scale], SMALL) == composite_rows(of_period(rows, "year"), [scale], SMALL)
    assert composite_rows(of_period(rows, MID_YEAR), [scale], SMALL) == ([], [])


def test_a_suppressed_mid_year_hides_no_promise():
    hidden = {**CELL, "cell_id": "c9", "period": MID_YEAR, "is_suppressed": True, "estimate": None, "status": "suppressed"}
    cells = [a_published_cell(**CELL), a_published_cell(**hidden)]
    trend = {**ROW, **TREND}
    assert roadmap_rows([trend], cells, POLICY) == roadmap_rows([trend], cells[:1], POLICY)
    [as_year] = roadmap_rows([trend], [cells[0], replace(cells[1], period="year")], POLICY)
    assert as_year["is_suppressed"]


def test_a_suppressed_mid_year_hides_no_projection():
    of_year = [*of_staff(), projection()]
    hidden = of_staff(hired=(3, 31), period=MID_YEAR)
    hidden = [replace(cell, cell_id=f"mid {cell.cell_id}") for cell in hidden]
    alone, beside = (release_rows(cells, POLICY)[-1] for cells in (of_year, [*hidden, *of_year]))
    assert alone == beside and not alone.is_suppressed
