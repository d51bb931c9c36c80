"""What charts draw of two and three years and waves: their own columns, metrics and filters, asked of PostgreSQL as Superset asks them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

import psycopg
import pytest
import yaml

from parity.settings import REPOSITORY
from publication.cell import GAP, PublishedCell, Status
from publication.newest import for_charts
from tests.unit.publication.cells import a_published_cell

ASSETS = REPOSITORY / "superset" / "assets"
DATASET = yaml.safe_load((ASSETS / "datasets" / "parity" / "indicator.yaml").read_text())
COLUMNS = {column["column_name"]: column["expression"] or column["column_name"] for column in DATASET["columns"]}
METRICS = {metric["metric_name"]: metric["expression"] for metric in DATASET["metrics"]}
AGENCIES = {"THA-POL": "Thailand Police (synthetic)", "VNM-CUS": "Viet Nam Customs (synthetic)"}


def cell(agency: str, year: int, value: float | None, **given: Any) -> PublishedCell:
    status = Status.SUPPRESSED if value is None else Status.ROUNDED
    around = {} if value is None else {"ci_low": value - 5, "ci_high": value + 5}
    neutral = {
        "cell_id": f"{agency} {year} {sorted(given.items())}",
        "indicator_name": given["indicator_code"],
        "unit": "pct",
        "direction": "up",
        "tier": "core",
        "level": "agency",
        "country_code": agency[:3],
        "country_name": agency[:3],
        "agency_code": agency,
        "agency_name": AGENCIES.get(agency, "All"),
        "agency_type": "police",
        "provenance": "synthetic",
        "period_year": year,
        "period_date": dt.date(year, 12, 31),
        "estimate": value,
        "status": status,
        "is_suppressed": value is None,
        "suppression_reason": "too imprecise to publish" if value is None else None,
    }
    return a_published_cell(**neutral | around | given)


@pytest.fixture
def connection(warehouse: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(warehouse) as opened:
        yield opened


def publish(connection: psycopg.Connection, cells: Iterable[PublishedCell]) -> None:
    [(number,)] = connection.execute(
        "insert into release.release (state, catalogue_version, content_hash, n_cells, n_suppressed)"
        " values ('current', '1', 'x', 1, 0) returning release_id"
    ).fetchall()
    for row in map(vars, for_charts(list(cells))):
        names = ", ".join(row)
        connection.execute(
            f"insert into release.indicator (release_id, {names}) values (%s{', %s' * len(row)})", [number, *row.values()]
        )


def drawn(connection: psycopg.Connection, name: str) -> list[tuple[Any, ...]]:
    """The rows of a chart's first query: axis and groups, then metrics; of a raw table its columns."""
    params = yaml.safe_load((ASSETS / "charts" / f"{name}.yaml").read_text())["params"]
    groups = [params["x_axis"], *params["groupby"]] if "x_axis" in params else params.get("all_columns", [])
    groups = [COLUMNS[group] for group in groups]
    groups += [COLUMNS[each["sqlExpression"]] for key in ("groupbyRows", "groupbyColumns") for each in params.get(key, [])]
    metrics = [METRICS[metric] for metric in params.get("metrics", [])]
    where = " and ".join(f"({_condition(each)})" for each in params["adhoc_filters"])
    grouped = f" group by {', '.join(str(place + 1) for place in range(len(groups)))}" if metrics else ""
    return connection.execute(
        f"select {', '.join([*groups, *metrics])} from published.indicator where {where}{grouped} order by 1, 2"
    ).fetchall()


def _condition(item: dict[str, Any]) -> str:
    if item["expressionType"] == "SQL":
        return item["sqlExpression"]
    column, operator, value = COLUMNS[item["subject"]], item["operator"], item["comparator"]
    if operator.startswith("IS"):
        return f"{column} {operator}"
    if operator == "IN":
        return f"{column} = any('{{{','.join(value)}}}')"
    return f"{column} = '{value}'"


def test_a_further_wave_moves_a_survey_panel_to_it_and_mixes_none(connection):
    """The older wave was better: a maximum over waves would show it."""
    waves = [
        cell(agency, year, value, indicator_code="CUL-03", source="survey")
        for year, values in ((2021, (80, 70)), (2023, (60, 65)), (2025, (50, 40)))
        for agency, value in zip(AGENCIES, values, strict=True)
    ]
    publish(connection, waves)
    assert drawn(connection, "survey_inclusion") == [("THA-POL, 2025", 0.45, 0.1), ("VNM-CUS, 2025", 0.35, 0.1)]


def test_a_suppressed_figure_of_the_newest_wave_stays_empty_and_says_so(connection):
    values = {("THA-POL", 2023): 60, ("VNM-CUS", 2023): 65, ("THA-POL", 2025): 50, ("VNM-CUS", 2025): None}
    publish(connection, [cell(*key, value, indicator_code="CUL-03", source="survey") for key, value in values.items()])
    assert drawn(connection, "survey_inclusion") == [("THA-POL, 2025", 0.45, 0.1), ("VNM-CUS, 2025 (suppressed)", None, None)]


def test_bars_of_grades_are_of_one_year_that_the_legend_names(connection):
    values = {("THA-POL", 2022): 10, ("VNM-CUS", 2022): 20, ("THA-POL", 2025): 15, ("VNM-CUS", 2025): None}
    publish(
        connection,
        [
            cell(*key, value, indicator_code="REP-01", source="hr", level="agency_grade", grade_band="senior")
            for key, value in values.items()
        ],
    )
    assert drawn(connection, "women_share_by_grade") == [
        ("Senior, Thailand Police", "2025 (synthetic)", 0.15),
        ("Senior, Viet Nam Customs (suppressed)", "2025 (synthetic)", None),
    ]


def test_the_table_of_agencies_names_the_year_of_each_row_and_what_is_suppressed(connection):
    values = {("THA-POL", 2022): 10, ("VNM-CUS", 2022): 20, ("THA-POL", 2025): 15, ("VNM-CUS", 2025): None}
    cells = [cell(*key, value, indicator_code="REP-01", source="hr") for key, value in values.items()]
    cells += [cell(agency, 2023, 40, indicator_code="CUL-03", source="survey") for agency in AGENCIES]
    publish(connection, cells)
    assert drawn(connection, "latest_by_agency") == [
        ("CUL-03 (%), 2023", "THA-POL", "40.0"),
        ("CUL-03 (%), 2023", "VNM-CUS", "40.0"),
        ("REP-01 (%), 2025", "THA-POL", "15.0"),
        ("REP-01 (%), 2025", "VNM-CUS", "suppressed"),
    ]


def test_a_gap_is_that_of_its_wave_and_not_of_the_greatest_of_women_and_of_men(connection):
    """Over both waves women's greatest is 70 and men's 60: their difference would be +10 in a wave that says −20."""
    answers = {2023: {"woman": 70, "man": 55, GAP: 15}, 2025: {"woman": 40, "man": 60, GAP: -20}}
    publish(
        connection,
        [
            cell(
                "THA-POL",
                year,
                value,
                indicator_code="CUL-03",
                source="survey",
                gender=gender,
                level="agency_gap" if gender == GAP else "agency_gender",
            )
            for year, values in answers.items()
            for gender, value in values.items()
        ],
    )
    [(indicator, agency, drawing, words)] = drawn(connection, "survey_gap_by_agency")
    assert (indicator, agency, words) == ("CUL-03 (%), 2025", "Thailand Police", "-20 (-25 to -15)")
    assert "left:33.3%" in drawing and "left:29.2%;width:8.3%" in drawing  # on a scale from −60 to 60


def test_women_and_men_of_all_agencies_are_of_the_newest_wave(connection):
    publish(
        connection,
        [
            cell("all", year, value, indicator_code="CUL-03", source="survey", level="gender", gender=gender, country_code="all",
                 country_name="All", agency_type="all")
            for year, values in ((2023, (70, 55)), (2025, (40, None)))
            for gender, value in zip(("woman", "man"), values, strict=True)
        ],
    )  # fmt: skip
    assert drawn(connection, "survey_women_and_men") == [
        ("CUL-03, men, 2025 (suppressed)", "Men", None),
        ("CUL-03, women, 2025", "Women", 0.4),
    ]


def test_a_metric_of_one_cell_is_empty_where_a_chart_forgets_the_year(connection):
    publish(connection, [cell("THA-POL", year, 10, indicator_code="REP-01", source="hr") for year in (2022, 2023, 2024)])
    for name in ("share", "estimate_share", "interval_low", "interval_width"):
        assert connection.execute(f"select {METRICS[name]} from published.indicator").fetchone() == (None,)
    assert connection.execute(f"select {METRICS['shown']} from published.indicator").fetchone() == ("several cells",)


def test_headline_figures_pool_the_newest_year_alone(connection):
    cells = [
        cell(agency, year, 10, indicator_code="REP-01", source="hr", numerator=numerator, denominator=100)
        for year, numerator in ((2023, 40.0), (2024, 10.0))
        for agency in AGENCIES
    ]
    publish(connection, cells)
    params = yaml.safe_load((ASSETS / "charts" / "headline_women_share.yaml").read_text())["params"]
    where = " and ".join(map(_condition, params["adhoc_filters"]))
    [row] = connection.execute(
        f"select {params['x_axis']}, {METRICS[params['metric']]} from published.indicator where {where} group by 1"
    ).fetchall()
    assert (row[0].year, row[1]) == (2024, 0.1)


def test_agencies_of_one_name_have_bars_and_lines_of_their_own(connection):
    publish(
        connection,
        [
            cell(
                agency,
                year,
                value,
                indicator_code="REP-01",
                source="hr",
                agency_name="Border Guard (synthetic)",
                country_name=country,
            )
            for year in (2024, 2025)
            for agency, country, value in (("THA-BOR", "Thailand", 10), ("VNM-BOR", "Viet Nam", 30))
        ],
    )
    assert [(row[1], row[2]) for row in drawn(connection, "women_share_by_agency")] == [
        ("Border Guard, Thailand", 0.1),
        ("Border Guard, Viet Nam", 0.3),
    ] * 2


def test_charts_draw_years_alone_and_no_metric_takes_a_mid_year_for_a_year(connection):
    """Over two years: one with both, and one of which only the mid-year is there."""
    counted = {"indicator_code": "REP-01", "source": "hr", "denominator": 1000.0}
    cells = [cell("THA-POL", year, value, numerator=10.0 * value, **counted) for year, value in ((2024, 10), (2025, 12))]
    cells += [
        cell("THA-POL", year, value, numerator=10.0 * value, period="mid-year", **counted)
        for year, value in ((2025, 40), (2026, 50))
    ]
    publish(connection, cells)
    assert [row[0] for row in drawn(connection, "women_share_by_agency")] == ["2024", "2025"]
    assert drawn(connection, "latest_by_agency") == [("REP-01 (%), 2025", "THA-POL", "12.0")]
    asked = ", ".join(METRICS[name] for name in ("share", "pooled_share", "interval_low"))
    by_number = connection.execute(f"select period_year, {asked} from published.indicator group by 1 order by 1").fetchall()
    assert by_number == [(2024, 0.1, 0.1, 0.05), (2025, 0.12, 0.12, 0.07), (2026, None, None, None)]
    by_name = f"select {COLUMNS['year']}, {METRICS['mid_year_share']} from published.indicator group by 1 order by 1"
    assert connection.execute(by_name).fetchall() == [
        ("2024", None),
        ("2025", None),
        ("mid-year 2025", 0.4),
        ("mid-year 2026", 0.5),
    ]
