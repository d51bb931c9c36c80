"""The newest year of a figure, the wave of a survey and the label of a cell, over two and three years and waves."""

from dataclasses import replace

import pytest

from publication.cell import GAP, Status
from publication.newest import for_charts, label
from publication.waves import Waves
from tests.unit.publication.cells import a_published_cell

PLACES = {
    "THA-POL": {"country_code": "THA", "country_name": "Thailand", "agency_name": "Thailand Police (synthetic)", "agency_type": "police"},
    "VNM-CUS": {"country_code": "VNM", "country_name": "Viet Nam", "agency_name": "Viet Nam Customs (synthetic)", "agency_type": "customs"},
    "all": {"country_code": "all", "country_name": "All", "agency_name": "All", "agency_type": "all"},
}  # fmt: skip


def cell(agency, year, status=Status.ROUNDED, **given):
    neutral = {
        "cell_id": f"{agency}-{year}-{given}",
        "indicator_code": "REP-01",
        "source": "hr",
        "unit": "pct",
        "provenance": "synthetic",
        "agency_code": agency,
        "period_year": year,
        "status": status,
        "is_suppressed": status in (Status.SUPPRESSED, Status.FEW),
        "estimate": 30.0 if status in (Status.ROUNDED, Status.EXACT, Status.ZERO) else None,
    }
    return a_published_cell(**neutral | PLACES[agency] | given)


def survey(agency, year, status=Status.ROUNDED, **given):
    return cell(agency, year, status, **{"indicator_code": "CUL-03", "source": "survey"} | given)


def newest(cells):
    return {(row.agency_code, row.period_year, row.gender) for row in for_charts(cells) if row.is_newest}


def test_all_agencies_have_one_newest_year_and_no_older_year_takes_the_place_of_a_suppressed_one():
    cells = [cell(agency, year) for agency in ("THA-POL", "VNM-CUS") for year in (2022, 2023, 2024)]
    cells[5] = cell("VNM-CUS", 2024, Status.SUPPRESSED)
    shown = [row for row in for_charts(cells) if row.is_newest]
    assert [(row.agency_code, row.period_year, row.estimate) for row in shown] == [
        ("THA-POL", 2024, 30.0),
        ("VNM-CUS", 2024, None),
    ]
    assert shown[1].label.endswith("(suppressed)")


@pytest.mark.parametrize("nothing", [Status.SUPPRESSED, Status.OPEN, Status.NOT_AVAILABLE, Status.NOT_DEFINED])
def test_a_year_in_which_no_agency_says_anything_is_not_the_newest(nothing):
    cells = [cell(agency, year) for agency in ("THA-POL", "VNM-CUS") for year in (2022, 2023)]
    cells += [cell(agency, 2024, nothing) for agency in ("THA-POL", "VNM-CUS")]
    assert newest(cells) == {("THA-POL", 2023, "all"), ("VNM-CUS", 2023, "all")}


def test_a_cell_bears_the_name_of_its_wave_and_a_carried_one_without_answers_keeps_it():
    place = ("CUL-03", "synthetic", 2025, "THA", "THA-POL", "police")
    waves = Waves(
        forms={place: frozenset({"culture"})}, names={("culture", 2025): "second wave", ("culture", 2023): "first wave"}
    )
    cells = [survey("THA-POL", 2023, wave="pilot"), survey("THA-POL", 2024), survey("THA-POL", 2025), cell("THA-POL", 2025)]
    assert [row.wave for row in for_charts(cells, waves)] == ["pilot", "2024", "second wave", None]
    assert "second wave 2025" in for_charts(cells, waves)[2].label


@pytest.mark.parametrize("something", [Status.FEW, Status.BOUNDED, Status.ZERO])
def test_a_class_a_bound_and_a_zero_say_something(something):
    assert newest([cell("THA-POL", 2023), cell("THA-POL", 2024, something)]) == {("THA-POL", 2024, "all")}


def test_a_figure_that_never_says_anything_has_its_last_year():
    assert newest([cell("THA-POL", year, Status.SUPPRESSED) for year in (2022, 2024, 2023)]) == {("THA-POL", 2024, "all")}


def test_a_breakdown_and_a_total_have_newest_years_of_their_own():
    """A year-end may be published without its breakdowns, and a total is not told where too many agencies are missing."""
    cells = [cell("THA-POL", 2024), cell("THA-POL", 2023), cell("THA-POL", 2023, grade_band="senior")]
    cells += [
        cell("THA-POL", 2024, Status.SUPPRESSED, grade_band="senior"),
        cell("all", 2023),
        cell("all", 2024, Status.SUPPRESSED),
    ]
    found = [(row.agency_code, row.grade_band, row.period_year) for row in for_charts(cells) if row.is_newest]
    assert found == [("THA-POL", "all", 2024), ("THA-POL", "senior", 2023), ("all", "all", 2023)]


def test_real_and_synthetic_figures_and_other_indicators_have_newest_years_of_their_own():
    cells = [cell("THA-POL", 2024), cell("THA-POL", 2022, provenance="real"), cell("THA-POL", 2023, indicator_code="REC-02")]
    assert [row.is_newest for row in for_charts(cells)] == [True] * 3


def test_women_men_and_their_gap_are_of_one_wave():
    """A gap drawn of 2025 beside women and men of 2023 would be that of nobody."""
    cells = [survey("THA-POL", year, gender=gender) for year in (2023, 2025) for gender in ("woman", "man", GAP)]
    cells[3] = survey("THA-POL", 2025, Status.SUPPRESSED, gender="woman")
    cells[5] = survey("THA-POL", 2025, Status.SUPPRESSED, gender=GAP)
    assert newest(cells) == {("THA-POL", 2025, gender) for gender in ("woman", "man", GAP)}


def test_a_second_and_a_third_wave_change_which_wave_is_the_newest_and_mix_none():
    waves = []
    for year in (2021, 2023, 2025):
        waves += [survey(agency, year) for agency in ("THA-POL", "VNM-CUS")]
        assert newest(waves) == {("THA-POL", year, "all"), ("VNM-CUS", year, "all")}
    assert {row.wave for row in for_charts(waves)} == {"2021", "2023", "2025"}
    assert for_charts([cell("THA-POL", 2025)])[0].wave is None


def test_an_agency_that_was_not_asked_in_the_newest_wave_has_no_newest_cell():
    assert newest([survey("VNM-CUS", 2023), survey("THA-POL", 2023), survey("THA-POL", 2025)]) == {("THA-POL", 2025, "all")}


def test_a_label_reads_like_the_cell():
    assert [
        label(cell("THA-POL", 2025)),
        label(cell("THA-POL", 2025, Status.FEW, gender="woman", grade_band="senior")),
        label(cell("VNM-CUS", 2024, breakdown="age_band", breakdown_value="25-34")),
        label(cell("all", 2024, agency_type="border_guard", gender=GAP)),
        label(cell("all", 2024, country_code="THA", country_name="Thailand", provenance="real")),
        label(cell("all", 2024, Status.NOT_AVAILABLE, breakdown="function")),
        label(survey("THA-POL", 2025, Status.BOUNDED, ci_low=0.0, ci_high=8.0)),
        label(survey("THA-POL", 2025, Status.BOUNDED, ci_low=92.0, ci_high=100.0)),
    ] == [
        "Thailand Police (synthetic), 2025 · REP-01",
        "Thailand Police (synthetic), women, senior grades, 2025 · REP-01 (a few or none)",
        "Viet Nam Customs (synthetic), age band 25-34, 2024 · REP-01",
        "Agencies of type border guard (synthetic), women minus men, 2024 · REP-01",
        "Thailand, 2024 · REP-01",
        "All agencies (synthetic), by function, 2024 · REP-01 (not available)",
        "Thailand Police (synthetic), 2025 · CUL-03 (under 8 %)",
        "Thailand Police (synthetic), 2025 · CUL-03 (over 92 %)",
    ]


def test_two_places_of_one_name_keep_labels_of_their_own():
    cells = [cell("THA-POL", 2025, cell_id="a"), cell("THA-POL", 2025, Status.SUPPRESSED, cell_id="b", agency_code="THA-PO2")]
    labels = [row.label for row in for_charts(cells)]
    assert len(set(labels)) == 2 and labels[1].endswith("(suppressed)")


def test_the_first_agency_of_a_new_year_does_not_empty_the_charts_of_the_others():
    cells = [cell(agency, year) for agency in ("THA-POL", "VNM-CUS") for year in (2024, 2025)]
    first = [*cells, cell("THA-POL", 2026)]
    assert newest(first) == {("THA-POL", 2025, "all"), ("VNM-CUS", 2025, "all")}
    assert newest([*first, cell("VNM-CUS", 2026)]) == {("THA-POL", 2026, "all"), ("VNM-CUS", 2026, "all")}
    assert newest([*first, cell("THA-POL", 2027)]) == {("THA-POL", 2027, "all")}  # the other stopped


def test_a_new_agency_s_first_list_is_no_newest_year():
    cells = [cell("THA-POL", 2025), cell("all", 2025), cell("VNM-CUS", 2024), cell("VNM-CUS", 2025), cell("THA-POL", 2024)]
    third = cell("THA-POL", 2026, agency_code="PHL-CG", cell_id="new")
    assert ("PHL-CG", 2026, "all") not in newest([*cells, third])


def test_agencies_of_one_name_are_named_with_their_country_or_code():
    """Charts group by name: two bars would be one."""
    of = {"THA-B": "Thailand", "VNM-B": "Viet Nam", "VNM-C": "Viet Nam", "LAO-B": "Laos"}
    rows = [
        a_published_cell(cell_id=f"{code}/{year}", agency_code=code, country_code=code[:3], country_name=country, agency_name="Border Guard (synthetic)",
                         source="hr", period_year=year, status="rounded")
        for code, country in of.items()
        for year in (2024, 2025)
        if code != "LAO-B"
    ]  # fmt: skip
    rows.append(
        replace(rows[0], cell_id="other", agency_code="LAO-B", country_code="LAO", country_name="Laos", agency_name="Police")
    )
    names = {row.agency_code: row.agency_name for row in for_charts(rows)}
    assert names == {
        "THA-B": "Border Guard, Thailand (synthetic)",
        "VNM-B": "Border Guard, Viet Nam [VNM-B] (synthetic)",
        "VNM-C": "Border Guard, Viet Nam [VNM-C] (synthetic)",
        "LAO-B": "Police",
    }
    assert {row.agency_name for row in for_charts(for_charts(rows))} == set(names.values()), "also of figures that are carried"
