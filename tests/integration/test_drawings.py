"""The drawings of a release on a real PostgreSQL: made with the candidate, read by charts, and as they were where a release is shown again."""

import psycopg
import yaml

from parity.settings import REPOSITORY
from publication.drawing.release import drawing_rows
from publication.releases import build_candidate, decide, publish, rollback
from tests.integration import made_cells
from tests.integration.made_cells import CATALOGUE, fill

ASSETS = REPOSITORY / "superset" / "assets"
COUNTED = """
insert into indicators.ind_trafficking__count (country_code, period_year, measure, gender, age_group, breakdown, breakdown_value, breakdown_label,
    n_low, n_high, is_newest, basis, provenance)
select 'THA', year, 'victims_detected', %s, 'all', 'none', 'all', 'All', %s, %s, year = 2021, 'line of the source', 'real'
from generate_series(2017, 2021) as year
"""
connection = made_cells.connection


def counts(connection: psycopg.Connection, women: tuple[int, int], men: tuple[int, int]) -> None:
    """Detected victims of one country, the same in five years, in place of those before, from least to most."""
    connection.execute("truncate indicators.ind_trafficking__count; truncate core.dim_country")
    connection.execute("insert into core.dim_country (country_code, country_name) values ('THA', 'Thailand <b>')")
    for gender, bounds in (("woman", women), ("man", men)):
        connection.execute(COUNTED, (gender, *bounds))
    connection.commit()


def release(connection: psycopg.Connection) -> int:
    number = build_candidate(connection, CATALOGUE)
    decide(connection, passed=True)
    publish(connection, number)
    return number


def words(connection: psycopg.Connection, chart: str) -> list[str]:
    query = "select plain_text from published.drawing where chart = %s and country_code = 'THA' order by row_no"
    return [text for (text,) in connection.execute(query, (chart,))]


def test_a_release_that_is_shown_again_looks_as_it_did(connection):
    fill(connection, 20)
    counts(connection, (30, 30), (10, 10))
    release(connection)
    before = connection.execute("select chart, row_no, html from published.drawing order by 1, 2").fetchall()
    assert "75 % women and girls (30 of 40 whose sex is known)" in words(connection, "victims")[0]
    counts(connection, (16, 16), (1, 4))
    release(connection)
    assert "80 to 94 % women and girls (16 of 17–20 whose sex is known)" in words(connection, "victims")[0]
    assert "women and girls 2017–2021 +0.0 %" in words(connection, "victims")[0]
    rollback(connection)
    assert connection.execute("select chart, row_no, html from published.drawing order by 1, 2").fetchall() == before


def test_further_counts_alone_make_a_new_release_and_equal_ones_none(connection):
    fill(connection, 20)
    counts(connection, (30, 30), (10, 10))
    first = release(connection)
    assert build_candidate(connection, CATALOGUE) == first
    counts(connection, (31, 31), (10, 10))
    assert build_candidate(connection, CATALOGUE) != first


def test_drawings_are_made_of_what_the_same_release_publishes(connection):
    fill(connection, 20)
    counts(connection, (30, 30), (1, 4))
    number = release(connection)
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        trafficking = cursor.execute("select * from published.trafficking").fetchall()
        trends = cursor.execute("select * from published.trafficking_trend").fetchall()
        police = cursor.execute("select * from published.police_share").fetchall()
        stored = cursor.execute("select * from published.drawing order by chart, row_no").fetchall()
    again = sorted(drawing_rows(trafficking, trends, police), key=lambda row: (row["chart"], row["row_no"]))
    assert stored == [{"release_id": number} | row | {"catalogue_version": "1"} for row in again]
    assert any("Thailand &lt;b&gt;" in row["html"] for row in stored) and not any(
        "<b>Thailand <b>" in row["html"] for row in stored
    )


def test_the_columns_and_filters_of_the_charts_find_their_rows_in_order(connection):
    fill(connection, 20)
    counts(connection, (30, 30), (10, 10))
    release(connection)
    dataset = yaml.safe_load((ASSETS / "datasets" / "parity" / "drawing.yaml").read_text())
    expressions = {column["column_name"]: column["expression"] for column in dataset["columns"]}
    found = {}
    for name in ("officers", "victims", "accused"):
        params = yaml.safe_load((ASSETS / "charts" / f"trafficking_{name}.yaml").read_text())["params"]
        [column], [rule] = params["all_columns"], params["adhoc_filters"]
        query = f"select {expressions[column]} from published.drawing where {rule['subject']} = '{rule['comparator']}' order by row_no"
        found[name] = [html for (html,) in connection.execute(query)]
    assert {name: len(rows) for name, rows in found.items()} == {"officers": 3, "victims": 2, "accused": 2}
    assert all(html.startswith("<div") for name in ("officers", "victims", "accused") for html in found[name])
