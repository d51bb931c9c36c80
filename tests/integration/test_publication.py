"""Releases on a real PostgreSQL: built, gated, made current and taken back."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import psycopg
import pytest
import yaml

from expectations import GateFailed, GateNotRun, run_gate
from parity.settings import REPOSITORY
from publication.cell import PUBLISHED, Cell
from publication.releases import ReleaseError, build_candidate, decide, list_releases, publish, rollback
from publication.review import record_verdict
from tests.integration import made_cells
from tests.integration.made_cells import CATALOGUE, CONTRACT, fill

connection = made_cells.connection


def release(connection):
    """Build and publish what is there, as if its gate had passed."""
    number = build_candidate(connection, CATALOGUE)
    decide(connection, passed=True)
    publish(connection, number)
    return number


def shares(connection):
    return [row[0] for row in connection.execute("select distinct estimate from published.indicator")]


def test_a_cell_has_the_columns_of_the_contract_the_table_and_the_view(connection):
    def columns(table):
        return {
            name
            for (name,) in connection.execute(
                "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped", (table,)
            )
        }

    of_the_fact = {each.name for each in fields(Cell) if "table" not in each.metadata}
    assert of_the_fact == CONTRACT.keys() - {"sum_weight"}
    assert columns("release.indicator") == columns("published.indicator") == {*PUBLISHED, "release_id"}
    dataset = yaml.safe_load((REPOSITORY / "superset" / "assets" / "datasets" / "parity" / "indicator.yaml").read_text())
    assert {column["column_name"] for column in dataset["columns"] if not column["expression"]} <= {*PUBLISHED, "release_id"}


def test_the_same_indicators_make_no_second_release(connection):
    fill(connection, 20)
    first = release(connection)
    assert build_candidate(connection, CATALOGUE) == first
    assert [release.state for release in list_releases(connection)] == ["current"]


def test_readers_see_the_old_release_or_the_new_one_and_can_go_back(connection, warehouse):
    fill(connection, 20)
    release(connection)
    connection.commit()
    fill(connection, 30)
    second = build_candidate(connection, CATALOGUE)
    decide(connection, passed=True)
    connection.commit()
    with psycopg.connect(warehouse) as reader:
        assert shares(reader) == [20.0]
        publish(connection, second)
        assert shares(reader) == [20.0], "not before the switch is committed"
        connection.commit()
        assert shares(reader) == [30.0]
        rollback(connection)
        connection.commit()
        assert shares(reader) == [20.0]


def test_small_counts_are_withheld_with_a_reason_and_without_any_number(connection):
    fill(connection, 3)
    release(connection)
    rows = connection.execute(
        "select is_suppressed, suppression_reason, num_nonnulls(numerator, denominator, n, estimate, ci_low) from published.indicator"
    ).fetchall()
    assert set(rows) == {(True, "fewer than 5 people in the group", 0)}


def test_the_index_is_published_with_the_release_and_says_whose_idea_it_is_and_why_it_is_not_there(connection):
    fill(connection, 20, n=1)
    release(connection)
    [row] = connection.execute(
        "select agency_code, index_value, status_text, unavailable_reason, coverage_pct from published.composite"
    )
    assert row[:2] == ("A1", None) and "own proposal" in row[2]
    assert row[3:] == ("1 of 10 domains have a score; 5 are needed", 100.0)
    [part] = connection.execute("select score, indicator_codes from published.composite_domain where domain_no = 1")
    assert part == (40.0, "REP-01")


def test_a_failed_gate_stops_the_candidate_and_published_stays(connection, warehouse):
    fill(connection, 20)
    release(connection)
    connection.commit()
    fill(connection, 30)
    leaking = build_candidate(connection, CATALOGUE)
    connection.execute("update release.indicator set numerator = 2 where release_id = %s", (leaking,))
    connection.commit()
    with pytest.raises(GateFailed, match="no small count of staff"):
        run_gate("candidate", warehouse, record_verdict)
    with pytest.raises(ReleaseError, match="rejected by its gate"):
        publish(connection, leaking)
    assert shares(connection) == [20.0]
    kept = connection.execute("select count(*) from ops.gate_result where not success and severity = 'critical'").fetchone()
    assert kept[0] >= 1


@pytest.mark.parametrize(
    "leak", ["n = 29", "level = 'agency_gender'", "agency_code = 'A1'", "grade_band = 'senior'", "gender = 'all'"]
)
def test_a_sensitive_figure_that_should_not_be_there_stops_the_candidate(connection, warehouse, leak):
    fill(connection, 20, n=1)
    build_candidate(connection, CATALOGUE)
    connection.execute("update core.dim_indicator set is_sensitive = true")
    connection.execute(
        "update release.indicator set source = 'survey', ci_low = 1, ci_high = 90, agency_code = 'all', gender = 'woman',"
        " level = 'country_gender'"
    )
    connection.commit()
    run_gate("candidate", warehouse, record_verdict)
    connection.execute(f"update release.indicator set {leak}")
    connection.commit()
    with pytest.raises(GateFailed, match="sensitive figures"):
        run_gate("candidate", warehouse, record_verdict)


@pytest.mark.parametrize("number", ["response_rate_pct", "cronbach_alpha", "opt_in_pct", "reference_value", "p_value", "n"])
def test_no_withheld_cell_may_hold_any_number_whatever_its_column(connection, warehouse, number):
    fill(connection, 3)
    build_candidate(connection, CATALOGUE)
    connection.execute(f"update release.indicator set {number} = 7")
    connection.commit()
    with pytest.raises(GateFailed, match="withheld cells hold no number"):
        run_gate("candidate", warehouse, record_verdict)


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_a_number_that_is_none_stops_both_gates(connection, warehouse, number):
    fill(connection, 20)
    build_candidate(connection, CATALOGUE)
    connection.execute("update release.indicator set reference_value = %s", (number,))
    connection.execute("update indicators.fct_indicator set se_log = %s", (number,))
    connection.execute("create table core.fct_headcount as select 'woman'::text as gender, 1 as n_staff")
    connection.execute("create table core.fct_staff_event (event_date date, interval_from date, interval_to date)")
    connection.commit()
    for gate, table in (("candidate", "release.indicator"), ("indicators", "indicators.fct_indicator")):
        with pytest.raises(GateFailed, match=rf"finite numbers of \w+ \({table}\)"):
            run_gate(gate, warehouse, record_verdict)


def test_a_rejected_candidate_is_asked_nothing_when_the_next_one_comes(connection, warehouse):
    fill(connection, 20)
    build_candidate(connection, CATALOGUE)
    connection.execute("update release.indicator set reference_value = 'nan'")
    connection.commit()
    with pytest.raises(GateFailed, match="finite numbers"):
        run_gate("candidate", warehouse, record_verdict)
    fill(connection, 25)
    good = build_candidate(connection, CATALOGUE)
    connection.commit()
    assert run_gate("candidate", warehouse, record_verdict).passed
    publish(connection, good)
    assert shares(connection) == [25.0]


def test_a_release_that_is_rejected_meanwhile_does_not_become_current(connection, warehouse):
    fill(connection, 20)
    number = build_candidate(connection, CATALOGUE)
    decide(connection, passed=True)
    connection.commit()
    with psycopg.connect(warehouse) as other:
        other.execute("update release.release set state = 'rejected'")
        with ThreadPoolExecutor() as pool:
            publishing = pool.submit(publish, connection, number)  # it waits for the other's end
            time.sleep(0.5)
            other.commit()
            with pytest.raises(ReleaseError, match="was rejected by its gate"):
                publishing.result(timeout=30)


def test_a_stricter_policy_is_asked_of_the_candidate(connection, warehouse, tmp_path):
    fill(connection, 20)
    build_candidate(connection, CATALOGUE)
    connection.commit()
    shutil.copy(CATALOGUE / "gates.yml", tmp_path)
    policy = (CATALOGUE / "disclosure.yml").read_text()
    (tmp_path / "disclosure.yml").write_text(policy.replace("min_base_hr: 10 ", "min_base_hr: 105 "))
    assert run_gate("candidate", warehouse).passed
    with pytest.raises(GateFailed, match="no small count of staff"):
        run_gate("candidate", warehouse, catalogue=tmp_path)


def test_a_gate_that_could_not_look_says_why_and_decides_nothing(connection, warehouse):
    fill(connection, 20)
    number = build_candidate(connection, CATALOGUE)
    connection.execute("alter table release.indicator rename column is_suppressed to hidden")
    connection.commit()
    with pytest.raises(GateNotRun, match=r'UndefinedColumn: column .*"?is_suppressed"? does not exist. Nothing was decided'):
        run_gate("candidate", warehouse, record_verdict)
    assert connection.execute("select count(*) from ops.gate_result").fetchone() == (0,)
    assert [(release.release_id, release.state) for release in list_releases(connection)] == [(number, "candidate")]


def test_the_note_names_the_countries_whose_real_data_are_published(connection):
    notes = []
    for change in ("", "provenance = 'real'", "provenance = 'real', country_code = 'PHL' where agency_code = 'A1'"):
        fill(connection, 20)
        if change:
            connection.execute(f"update indicators.fct_indicator set {change}")
        connection.execute("delete from core.dim_country")
        connection.execute("insert into core.dim_country values ('THA', 'Thailand'), ('PHL', 'Philippines')")
        release(connection)
        notes += connection.execute("select provenance_note from published.release_info").fetchone()
    assert notes == [
        "Synthetic data: invented people and answers.",
        "Real data: Thailand.",
        "Synthetic and real data side by side. Real: Philippines.",
    ]


def test_nothing_loaded_is_no_release(connection):
    with pytest.raises(ReleaseError, match="no source has been loaded"):
        build_candidate(connection, CATALOGUE)


def test_an_unknown_release_cannot_be_published(connection):
    fill(connection, 20)
    build_candidate(connection, CATALOGUE)
    with pytest.raises(ReleaseError, match="parity release list"):
        publish(connection, 999)


def test_a_candidate_that_met_no_gate_cannot_be_published(connection, warehouse):
    fill(connection, 20)
    number = build_candidate(connection, CATALOGUE)
    connection.commit()
    with pytest.raises(ReleaseError, match="parity gate candidate"):
        publish(connection, number)
    run_gate("candidate", warehouse, record_verdict)
    publish(connection, number)
    assert shares(connection) == [20.0]


def test_the_road_map_is_part_of_the_release_and_follows_what_is_withheld(connection):
    for women, status in ((20, "not known"), (3, "withheld")):
        fill(connection, women)
        connection.execute("truncate indicators.ind_roadmap__progress")
        connection.execute(
            "insert into indicators.ind_roadmap__progress select 'pledge', 'REP-01', 'agency', 'THA', 'A1', 'synthetic', md5('1'), 30,"
            " 2030, 'Plan', 2025, %s, 1, 2, 'trend', 'As so far', 0, 25, 10, null, null, null, null, null",
            (women,),
        )
        release(connection)
        [row] = connection.execute("select status, current_value, words from published.roadmap").fetchall()
        assert row[:2] == (status, 20.0 if women == 20 else None), "the model's trend, of exact figures, is no matter"
    assert row == ("withheld", None, "Withheld: the figure itself is withheld.")


def test_a_projection_of_staff_is_no_number_of_the_model(connection):
    """Its scenario is read from the catalogue; without published hires and separations it is withheld, with its line."""
    fill(connection, 20)
    connection.execute("insert into raw.catalogue_scenario values ('more', 'More', 1, 1.5, 0.4, 1, 1, 'own')")
    connection.execute(
        "insert into indicators.ind_roadmap__progress select 'pledge', 'REP-01', 'agency', 'THA', 'A1', 'synthetic', md5('1'), 30,"
        " 2030, 'Plan', 2025, 20.3, 1, 2, 'more', 'More', 1, 39.726, 3, 44.4, 40, 61.2, 29, 6"
    )
    connection.execute(
        "insert into indicators.ind_roadmap__path values ('pledge', 'synthetic', 'promised', 'Promised', -2, 2026, 30, null),"
        " ('pledge', 'synthetic', 'observed', 'Observed', -1, 2025, 20.3, md5('1')), ('pledge', 'synthetic', 'more', 'More', 1, 2026, 39.7, null)"
    )
    release(connection)
    [row] = connection.execute("select status, current_value, women_share_of_hires, words from published.roadmap").fetchall()
    assert row == ("withheld", None, None, "Withheld: the hires or separations that it rests on are withheld.")
    lines = connection.execute("select scenario, value from published.roadmap_path order by sort_order").fetchall()
    assert lines == [("promised", 30.0), ("observed", 20.0)]


def test_the_version_of_the_catalogue_stands_on_every_published_number(connection):
    fill(connection, 20)
    count_victims(connection, 12)
    release(connection)
    views = [name for (name,) in connection.execute("select viewname from pg_views where schemaname = 'published'")]
    assert {"indicator", "roadmap", "roadmap_path", "release_info"} <= set(views)
    for view in views:
        (n, n_versions) = connection.execute(f"select count(*), count(catalogue_version) from published.{view}").fetchone()
        assert n == n_versions, view


def count_victims(connection, women):
    """So many women in each of the years 2019 to 2023, and 1 to 4 men in 2023, as UNODC would count them."""
    connection.execute("truncate indicators.ind_trafficking__count, core.fct_police_share, core.dim_country")
    connection.execute("insert into core.dim_country values ('TLS', 'Timor-Leste')")
    connection.execute(
        "insert into indicators.ind_trafficking__count select 'TLS', year, 'victims_detected', 'woman', 'all', 'none', 'all', 'All', %(n)s, %(n)s,"
        " 600000, %(n)s / 6.0, %(n)s / 6.0, year = 2023, 'line of the source', 'real' from generate_series(2019, 2023) as year",
        {"n": women},
    )
    connection.execute(
        "insert into indicators.ind_trafficking__count values ('TLS', 2023, 'victims_detected', 'man', 'all', 'none', 'all', 'All', 1, 4,"
        " null, null, null, true, 'line of the source', 'real')"
    )
    connection.execute("insert into core.fct_police_share values ('TLS', 'Timor-Leste', 2017, 15, 2019, 'real')")
    connection.commit()


def test_trafficking_is_published_with_the_release_and_comes_back_with_it(connection):
    fill(connection, 20)
    count_victims(connection, 12)
    first = release(connection)
    counts = "select gender_label, count_low, count_high, rate_low, source from published.trafficking where period_year = 2023 order by gender"
    unodc = "UNODC Global Report on Trafficking in Persons"
    assert connection.execute(counts).fetchall() == [("Men and boys", 1, 4, None, unodc), ("Women and girls", 12, 12, 2.0, unodc)]
    [trend] = connection.execute("select n_years, complete_pct, change_pct from published.trafficking_trend").fetchall()
    assert trend == (5, 100.0, pytest.approx(0, abs=1e-9))
    assert connection.execute("select women_pct, source_year, agencies_pct from published.police_share").fetchall() == [
        (15.0, 2019, None)
    ]
    assert build_candidate(connection, CATALOGUE) == first, "nothing changed"
    count_victims(connection, 30)
    second = release(connection)
    assert second != first and connection.execute(counts).fetchall()[1][1] == 30
    rollback(connection)
    assert connection.execute(counts).fetchall()[1][1] == 12


def test_a_release_from_before_rounding_is_not_shown_again(connection):
    """Its exact counts beside the rounded ones of later releases would tell who came and left."""
    fill(connection, 20)
    old = release(connection)
    connection.execute("delete from release.attack where release_id = %s", (old,))
    fill(connection, 30)
    release(connection)
    with pytest.raises(ReleaseError, match="before counts were rounded"):
        rollback(connection)
    assert shares(connection) == [30.0]
