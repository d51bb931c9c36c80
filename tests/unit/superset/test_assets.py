"""The dashboard's YAML agrees with itself, with what publication publishes, and with the catalogue; no server is needed."""

from __future__ import annotations

import colorsys
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from parity.migration_plan import migrations
from parity.settings import REPOSITORY
from publication.drawing.figures import LABELS

ASSETS = REPOSITORY / "superset" / "assets"
YEARS = {"year", "period_label", "agency_period", "indicator_year", "survey_bar"}  # columns that name the year or the wave
EVERY_YEAR = ("all_indicators", "headline_withheld")  # a row for each cell, and a share of all cells
DRAWN = ("trafficking_accused", "trafficking_officers", "trafficking_victims")
COLUMN_LISTS = ("groupby", "groupby_b", "all_columns", "groupbyRows", "groupbyColumns")
METRIC_LISTS = ("metrics", "metrics_b")


@cache
def read(kind: str) -> dict[str, dict[str, Any]]:
    """Every asset of a kind, by file name without its ending."""
    return {path.stem: yaml.safe_load(path.read_text()) for path in sorted((ASSETS / kind).rglob("*.yaml"))}


def every_file() -> list[Path]:
    return sorted(ASSETS.rglob("*.yaml"))


def named(values: list[Any]) -> set[str]:
    """The plain names in a list; a column written as SQL stands for the column that it is."""
    return {value if isinstance(value, str) else value["sqlExpression"] for value in values}


def columns_of(chart: dict[str, Any]) -> set[str]:
    params = chart["params"]
    found = set().union(*(named(params.get(key) or []) for key in COLUMN_LISTS))
    found |= {params["x_axis"]} if "x_axis" in params else set()
    found |= {json.loads(order)[0] for order in params.get("order_by_cols") or []}
    filters = [*params.get("adhoc_filters", []), *params.get("adhoc_filters_b", [])]
    return found | {item["subject"] for item in filters if item["expressionType"] == "SIMPLE"}


def metrics_of(chart: dict[str, Any]) -> set[str]:
    params = chart["params"]
    found = set().union(*(named(params.get(key) or []) for key in METRIC_LISTS))
    single = (params.get(key) for key in ("metric", "timeseries_limit_metric", "timeseries_limit_metric_b"))
    return found | {name for name in single if name}


def stored_columns(dataset: dict[str, Any]) -> list[str]:
    return [column["column_name"] for column in dataset["columns"] if not column["expression"]]


CHARTS, DATASETS = read("charts"), read("datasets")
DASHBOARDS = read("dashboards")
BY_UUID = {dataset["uuid"]: dataset for dataset in DATASETS.values()}


def items(dashboard: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [item for item in dashboard["position"].values() if isinstance(item, dict) and item["type"] == kind]


PLACED = [item["meta"] for dashboard in DASHBOARDS.values() for item in items(dashboard, "CHART")]


def published_columns(view: str) -> set[str]:
    """The columns that the migrations give to a published view."""
    ddl = "".join(migration.text for migration in migrations())
    body = re.search(rf"view published\.{view} as\s(.*?);", ddl, re.DOTALL)[1]
    if re.match(rf"select {view}\.\*", body):
        table = re.search(rf"create table if not exists release\.{view} \((.*?)\);", ddl, re.DOTALL)[1]
        later = ",".join(re.findall(rf"alter table release\.{view}\s(.*?);", ddl, re.DOTALL))
        added = re.sub(r"add column (if not exists )?", "", later)
        kinds = "bigint|text|int|date|double precision|boolean"
        renamed = dict(re.findall(rf"alter table release\.{view} rename column (\w+) to (\w+);", ddl))
        names = re.findall(rf"(?:^|,)\s*(\w+) (?:{kinds})", f"{table},{added}")
        return {renamed.get(name, name) for name in names} - {"cell_id"}
    while "(" in body:
        body = re.sub(r"\([^()]*\)", "", body)
    return set(re.findall(r"(\w+)\s*(?:,|$)", re.search(r"select\s(.*?)\sfrom", body, re.DOTALL)[1]))


@pytest.mark.parametrize("name", CHARTS)
def test_chart_reads_a_dataset_that_exists(name):
    assert CHARTS[name]["dataset_uuid"] in BY_UUID


@pytest.mark.parametrize("name", CHARTS)
def test_chart_names_only_columns_and_metrics_of_its_dataset(name):
    chart = CHARTS[name]
    dataset = BY_UUID[chart["dataset_uuid"]]
    assert columns_of(chart) <= {column["column_name"] for column in dataset["columns"]}
    assert metrics_of(chart) <= {metric["metric_name"] for metric in dataset["metrics"]}


@pytest.mark.parametrize("name", DATASETS)
def test_dataset_reads_only_what_is_published(name):
    dataset = DATASETS[name]
    assert dataset["schema"] == "published" and dataset["sql"] is None
    assert set(stored_columns(dataset)) <= published_columns(dataset["table_name"])


@pytest.mark.parametrize("name", DATASETS)
def test_expressions_name_only_columns_of_the_dataset(name):
    dataset = DATASETS[name]
    known = {column["column_name"] for column in dataset["columns"]}
    words = "cast as text case when then else end and is not null avg sum max count nullif array_agg order by desc where in "
    words += "filter coalesce replace initcap to_char distinct concat_ws or substring from upper left trim both round numeric greatest least"
    expressions = [x["expression"] for x in [*dataset["columns"], *dataset["metrics"]] if x["expression"]]
    assert expressions or not dataset["metrics"]
    for expression in expressions:
        without_texts = re.sub(r"'[^']*'", "", expression)
        names = {word for word in re.findall(r"[A-Za-z_]+", without_texts) if word.lower() not in words.split()}
        assert names <= known, expression


def test_uuids_are_unique():
    found = [yaml.safe_load(path.read_text()).get("uuid") for path in every_file() if path.name != "metadata.yaml"]
    assert None not in found and len(found) == len(set(found))


def test_a_dashboard_places_every_chart_once():
    assert sorted(meta["uuid"] for meta in PLACED) == sorted(chart["uuid"] for chart in CHARTS.values())
    assert len({meta["chartId"] for meta in PLACED}) == len(PLACED)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_rows_fill_the_twelve_columns(name):
    position, rows = DASHBOARDS[name]["position"], items(DASHBOARDS[name], "ROW")
    assert [sum(position[child]["meta"]["width"] for child in row["children"]) for row in rows] == [12] * len(rows)


@pytest.mark.parametrize("name", DASHBOARDS)
def test_every_part_of_a_dashboard_hangs_where_it_says(name):
    """Superset draws only what hangs below ROOT_ID, and looks for the tab of a chart among its parents."""
    position = DASHBOARDS[name]["position"]
    hung = {"ROOT_ID": []}
    for key in (waiting := ["ROOT_ID"]):
        for child in position[key]["children"]:
            hung[child] = [*hung[key], key]
            waiting.append(child)
    parts = {key: item.get("parents", []) for key, item in position.items() if isinstance(item, dict) and key != "HEADER_ID"}
    assert {key: parents for key, parents in parts.items() if key != "GRID_ID"} == {
        key: parents for key, parents in hung.items() if key != "GRID_ID"
    }


def test_trafficking_is_a_tab_of_its_own_which_no_filter_of_agencies_changes():
    dashboard = DASHBOARDS["enabling_environment"]
    assert [tab["meta"]["text"] for tab in items(dashboard, "TAB")] == ["Staff and survey", "Trafficking"]
    [staff, trafficking] = [tab["id"] for tab in items(dashboard, "TAB")]
    there = {item["meta"]["uuid"] for item in items(dashboard, "CHART") if trafficking in item["parents"]}
    assert there == {CHARTS[name]["uuid"] for name in DRAWN}
    scopes = [item["scope"]["rootPath"] for item in dashboard["metadata"]["native_filter_configuration"]]
    assert scopes == [[staff]] * 3


def test_filters_are_country_agency_and_period_and_offer_no_totals():
    filters = DASHBOARDS["enabling_environment"]["metadata"]["native_filter_configuration"]
    assert [item["name"] for item in filters] == ["Country", "Agency", "Period"]
    known = {column["column_name"] for column in DATASETS["indicator"]["columns"]}
    for item in filters:
        assert item["targets"][0]["datasetUuid"] == DATASETS["indicator"]["uuid"]
        assert item["targets"][0]["column"]["name"] in known
        assert [(rule["subject"], rule["comparator"]) for rule in item["adhoc_filters"]] == [("level", "agency")]
        assert set(item["scope"]["excluded"]) <= {meta["chartId"] for meta in PLACED}


def test_indicators_that_charts_ask_for_are_in_the_catalogue():
    catalogue = yaml.safe_load((REPOSITORY / "catalogue" / "indicators.yml").read_text())
    known = {indicator["id"] for indicator in catalogue["indicators"]}
    asked = set(re.findall(r"\b[A-Z]{3}-\d\d\b", "".join(path.read_text() for path in every_file())))
    assert asked and asked <= known


def test_charts_compare_cells_of_one_level_only():
    """A chart of estimates that mixed levels would count the same people twice."""
    assert len(CHARTS) > 10
    for name, chart in CHARTS.items():
        if name in ("all_indicators", "release_shown", "headline_withheld") or name.startswith(("roadmap_", "trafficking_")):
            continue
        said = str(chart["params"]["adhoc_filters"])
        assert "'level'" in said or "level =" in said, name


def filters_of(chart: dict[str, Any]) -> list[str]:
    """What each query of the chart is filtered by; a chart of two layers has two."""
    return [str(chart["params"][key]) for key in ("adhoc_filters", "adhoc_filters_b") if key in chart["params"]]


def charts_of_cells() -> dict[str, dict[str, Any]]:
    """The charts of one year or of one point a year: all that read cells, but for those of every year."""
    cells = DATASETS["indicator"]["uuid"]
    return {name: chart for name, chart in CHARTS.items() if chart["dataset_uuid"] == cells and name not in EVERY_YEAR}


@pytest.mark.parametrize("name", charts_of_cells())
def test_a_chart_shows_the_newest_year_of_its_figure_or_each_year_by_itself(name):
    """Else a bar of one year stands next to a bar of another, and a second wave is mixed with the first."""
    chart = CHARTS[name]
    is_over_years = chart["params"].get("x_axis") == "year"
    assert is_over_years or all("is_newest" in said for said in filters_of(chart))


@pytest.mark.parametrize("name", charts_of_cells())
def test_a_chart_names_its_year_from_the_data(name):
    chart = CHARTS[name]
    assert columns_of(chart) & YEARS or chart["params"].get("show_timestamp")
    assert not re.search(r"\b20\d\d\b", chart["slice_name"]) and "latest" not in str(chart).lower()


@pytest.mark.parametrize("name", DATASETS)
def test_a_metric_of_one_cell_is_empty_where_a_group_holds_several(name):
    """The greatest of two waves, or of two promises, is the figure of neither."""
    assert name in DATASETS
    for metric in DATASETS[name]["metrics"]:
        picks = re.search(r"\b(MAX|MIN|ARRAY_AGG|AVG)\((?!CASE WHEN is_suppressed)", metric["expression"])
        counts = re.search(r"CASE WHEN COUNT\(\*\)( FILTER \(WHERE period = '[a-z-]+'\))? = 1 THEN", metric["expression"])
        assert not picks or counts, metric["metric_name"]


@pytest.mark.parametrize("metric", [metric["metric_name"] for metric in DATASETS["indicator"]["metrics"]])
def test_no_metric_of_estimates_or_sums_takes_a_mid_year_for_a_year(metric):
    """Whoever groups by the number of the year alone would read a mid-year under its name."""
    [expression] = [each["expression"] for each in DATASETS["indicator"]["metrics"] if each["metric_name"] == metric]
    of_figures = re.findall(
        r"(?:SUM|MAX)\((?:numerator|denominator|estimate|ci_low|ci_high)\)( FILTER \(WHERE (?:period|indicator_code) = '[^']+')?",
        expression,
    )
    assert all(of_figures), "say `FILTER (WHERE period = …)`, or of which indicator that mid-years have none of"


def test_gaps_are_the_gap_cells_with_their_intervals_and_not_differences_of_two_bars():
    chart = CHARTS["survey_gap_by_agency"]
    assert "agency_gap" in filters_of(chart)[0]
    expressions = {column["column_name"]: column["expression"] for column in DATASETS["indicator"]["columns"]}
    assert {"gap_drawn", "gap_words"} <= columns_of(chart)
    for name in ("gap_drawn", "gap_words"):
        assert {"estimate", "ci_low", "ci_high"} <= set(re.findall(r"\w+", expressions[name]))
    assert not any("minus" in metric["metric_name"] for metric in DATASETS["indicator"]["metrics"])


@pytest.mark.parametrize("name", charts_of_cells())
def test_a_chart_of_cells_leaves_no_suppressed_one_out_and_says_so(name):
    chart = CHARTS[name]
    assert "IS NOT NULL" not in str(filters_of(chart))
    says = {"bar", "agency_period", "survey_bar", "gap_words"} & columns_of(chart) or "shown" in metrics_of(chart)
    is_pooled = chart["viz_type"].startswith("big_number") or chart["params"].get("x_axis") == "year"
    assert says or is_pooled


def test_the_filter_of_years_leaves_charts_of_the_newest_year_alone():
    """With another year chosen they would be empty."""
    [period] = [
        item for item in DASHBOARDS["enabling_environment"]["metadata"]["native_filter_configuration"] if item["name"] == "Period"
    ]
    newest = {chart["uuid"] for chart in CHARTS.values() if "is_newest" in str(filters_of(chart))}
    assert {meta["chartId"] for meta in PLACED if meta["uuid"] in newest} <= set(period["scope"]["excluded"])


def test_only_the_tables_that_draw_render_markup():
    tables = {name for name, chart in CHARTS.items() if chart["params"].get("allow_render_html", chart["viz_type"] == "table")}
    assert tables == {"survey_gap_by_agency", *DRAWN}


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_of_drawings_shows_every_row_of_one_chart_in_order(name):
    params = CHARTS[name]["params"]
    assert [(rule["subject"], rule["comparator"]) for rule in params["adhoc_filters"]] == [
        ("chart", name.removeprefix("trafficking_"))
    ]
    assert params["order_by_cols"] == ['["row_no", true]']
    assert params["page_length"] == params["server_page_length"] == 0, "else rows vanish in pages"


def test_every_style_of_a_drawing_is_in_the_dashboard_that_shows_it():
    templates = REPOSITORY / "publication" / "drawing" / "templates"
    used = {name for path in templates.glob("*.html") for name in re.findall(r"\btv(?:-[a-z0-9]+)?\b(?!-?{{)", path.read_text())}
    used |= {f"tv-{kind}" for kind in LABELS}
    styled = set(re.findall(r"\.(tv(?:-[a-z0-9]+)?)\b", DASHBOARDS["enabling_environment"]["css"]))
    assert len(used) > 20 and used == styled


def test_no_host_and_no_password_is_written_down():
    for path in every_file():
        text = path.read_text()
        assert not re.search(r"https?://|\d+\.\d+\.\d+\.\d+|localhost", text), path
    database = read("databases")["parity"]
    assert database["database_name"] == "Parity (published)"
    assert ":XXXXXXXXXX@readers.invalid:" in database["sqlalchemy_uri"]
    assert not any(database[right] for right in ("allow_dml", "allow_ctas", "allow_cvas", "allow_csv_upload"))


def test_women_and_men_are_neither_pink_nor_blue():
    colours = DASHBOARDS["enabling_environment"]["metadata"]["label_colors"]
    for label in ("Women", "Men"):
        hue = 360 * colorsys.rgb_to_hls(*(int(colours[label][i : i + 2], 16) / 255 for i in (1, 3, 5)))[0]
        assert not 185 <= hue <= 250 and not 285 <= hue <= 350, label
