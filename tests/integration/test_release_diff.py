"""What `parity release diff` says of two releases: every reason, and no number that was suppressed."""

from __future__ import annotations

import shutil

from publication.releases import build_candidate, decide, publish, rollback
from tests.integration import made_cells, release_desk, test_readers
from tests.integration.made_cells import CATALOGUE, fill
from tests.integration.release_desk import LINEAGE, NEW_DATA, figures, release

connection = made_cells.connection  # a warehouse with one indicator
place = test_readers.place  # a warehouse with its readers' database
parity = release_desk.parity  # a command of the group, run


def reasons(found):
    return {tuple(change["reasons"]) for change in figures(found)}


def test_diff_says_why_over_three_releases_and_shows_no_suppressed_number(connection, parity):
    connection.execute(LINEAGE)
    first = release(connection, 20)
    second = release(connection, 30, new_data=2020)
    third = release(connection, 3, new_data=2021)
    revised = parity("diff", first, second, "--json")
    assert {(*c["reasons"], c["before"], c["after"]) for c in figures(revised)} == {("revised data", 20.0, 30.0)}
    assert len(figures(revised)) == 12 and revised["between"]["sources"] == ["raw.ref_population"]
    assert revised["counts"] == {"revised data": {"figure": 12, "index domain": 12}}
    hidden = parity("diff", "--json")  # from the one before to the current one
    assert (hidden["before"]["release_id"], hidden["after"]["release_id"]) == (second, third)
    suppressed = ("revised data", "disclosure")
    assert {(*c["reasons"], c["after"], c["status_after"]) for c in figures(hidden)} == {(*suppressed, None, "suppressed")}
    back = parity("diff", third, first, "--json")
    assert {(*c["reasons"], c["before"], c["after"]) for c in figures(back)} == {(*suppressed, None, 20.0)}
    text, every = parity("diff"), parity("diff", "--all")
    assert "12 figures, 24 rows of the index differ" in text
    assert text.count("30 pct → suppressed") == 3 and every.count("30 pct → suppressed") == 12
    assert "… and 9 more: `--all` lists each" in parity("diff", "--indicator", "REP-01") and "more: `--all`" not in every
    assert "0 figures differ" in parity("diff", "--reason", "code")
    assert "There is no reason `rain`" in parity("diff", "--reason", "rain", "--json", code=2)["error"]


def test_diff_gives_each_figure_the_reasons_that_were_recorded_for_it(connection, parity):
    connection.execute(LINEAGE)
    release(connection, 20)
    release(connection, 30, new_data=2020, country="IDN")
    assert reasons(parity("diff", "--json")) == {("unexplained",)}  # of another country
    connection.execute("update raw.catalogue_indicator set formula_text = 'another'")
    release(connection, 40)
    assert reasons(parity("diff", "--json")) == {("definition",)}
    connection.execute("update release.release set code_hash = 'of other code'")
    connection.execute("update ops.dbt_built set code = 'another'")
    fourth = release(connection, 50)
    assert reasons(parity("diff", "--json")) == {("code",)}
    connection.execute("update raw.catalogue_indicator set goalpost_best = 60, catalogue_version = '2'")  # changes no figure
    fifth = release(connection, 60, new_data=2022)
    assert reasons(parity("diff", "--json")) == {("revised data",)}
    assert reasons(parity("diff", fourth - 1, fifth, "--json")) == {("revised data", "code")}
    assert reasons(parity("diff", 1, fifth, "--json")) == {("revised data", "definition", "code")}


def test_diff_names_disclosure_where_the_exact_figure_is_the_same(connection, parity, tmp_path):
    connection.execute(LINEAGE)
    release(connection, 23)
    shutil.copytree(CATALOGUE, tmp_path / "catalogue")
    policy = tmp_path / "catalogue" / "disclosure.yml"
    policy.write_text(policy.read_text().replace("rounding_base: 5  ", "rounding_base: 3  ").replace("min_count: 5  ", "min_count: 6  ")
        .replace("min_base_hr: 10  ", "min_base_hr: 12  ").replace("min_base_survey: 10  ", "min_base_survey: 12  ")
        .replace("rounding_base_sensitive: 10  ", "rounding_base_sensitive: 12  "))  # fmt: skip
    connection.execute(NEW_DATA, ("THA", 2020))  # the figures stay the same
    number = build_candidate(connection, tmp_path / "catalogue")
    decide(connection, passed=True)
    publish(connection, number)
    connection.commit()
    assert reasons(parity("diff", "--json")) == {("disclosure",)}


def test_diff_names_the_road_map_and_the_index_with_the_reasons_of_their_figures(connection, parity):
    connection.execute(LINEAGE)
    connection.execute(
        "insert into indicators.ind_roadmap__progress (target, indicator_code, level, country_code, agency_code, provenance, cell_id, target_value,"
        " due_year, source_text, period_year, scenario, scenario_label, sort_order)"
        " select '30x30', 'REP-01', 'agency', 'THA', 'A1', 'synthetic', md5('1'), 30, 2030, 'a plan', 2025, 'trend', 'Trend', 1"
    )
    release(connection, 20)
    release(connection, 30, new_data=2020)
    found = parity("diff", "--json")
    assert found["counts"] == {"revised data": {"figure": 12, "index domain": 12, "road map": 1}}
    assert "12 figures, 1 rows of the road map, 12 rows of the index differ" in parity("diff")


def test_diff_names_periods_that_come_and_figures_that_go(connection, parity):
    release(connection, 20)
    fill(connection, 20)
    connection.execute("update indicators.fct_indicator set period_year = 2026 where agency_code = 'A1'")
    connection.execute("insert into indicators.fct_indicator select * from indicators.fct_indicator where agency_code = 'A2'")
    connection.execute(
        "update indicators.fct_indicator set cell_id = 'new', agency_code = 'B' where ctid = (select max(ctid) from indicators.fct_indicator)"
    )
    number = build_candidate(connection, CATALOGUE)
    decide(connection, passed=True)
    publish(connection, number)
    connection.commit()
    found = {(change["cut"], *change["reasons"]) for change in figures(parity("diff", "--json"))}
    assert found == {("THA A1 police", "period withheld"), ("THA A1 police", "new period"), ("THA B police", "agency")}


def test_after_a_rollback_the_release_taken_back_is_compared_and_said_to_be_taken_back(connection, parity, tmp_path):
    first, second = release(connection, 20), release(connection, 30)
    rollback(connection)
    connection.commit()
    found = parity("diff", "--json")
    assert (found["before"]["release_id"], found["after"]["release_id"]) == (second, first)
    assert f"it was taken back when release {first}" in parity("show", second)
    assert f"Release {second} was taken back" in parity("export", second, "--to", tmp_path, code=1)
    assert not list(tmp_path.iterdir())
