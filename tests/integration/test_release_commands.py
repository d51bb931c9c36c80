"""`parity release` on a real PostgreSQL, over two releases and more: show, diff and export, for people and for machines."""

from __future__ import annotations

import csv
import json
import shutil

import psycopg
import pyarrow.parquet
import pytest
from typer.testing import CliRunner

from cli.main import app
from cli.output import console
from expectations import GateFailed, run_gate
from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from publication import sdmx
from publication.captions import caption
from publication.dictionary import IN_UNIT_OF_ROW
from publication.readers import published_columns
from publication.releases import build_candidate, decide, list_releases, publish, rollback
from publication.review import record_verdict
from publication.seen import as_readers_see
from tests.integration import made_cells, test_readers
from tests.integration.made_cells import CATALOGUE, fill

connection = made_cells.connection  # a warehouse with one indicator
place = test_readers.place  # a warehouse with its readers' database
NEW_DATA = "insert into raw.ref_population (iso3, year, sex, age, population) values (%s, %s, 'w', 'a', 1)"
# As if a model that reads the population made the figures of REP-01.
LINEAGE = """
create table indicators.ind_hr__women_share as select 'REP-01'::text as indicator_code;
insert into ops.dbt_reads (node, reads) values
    ('model.parity.fct_indicator', 'model.parity.ind_hr__women_share'),
    ('model.parity.ind_hr__women_share', 'model.parity.stg_reference__population'),
    ('model.parity.stg_reference__population', 'source.parity.raw.ref_population');
insert into ops.dbt_built (node, version, code) values ('model.parity.ind_hr__women_share', '1', 'code');
"""


@pytest.fixture
def parity(warehouse, monkeypatch):
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)
    monkeypatch.setenv("PARITY_CATALOGUE", str(CATALOGUE))
    monkeypatch.setattr(console, "_width", None)  # a test that imported it with COLUMNS set would fix its width for all others

    def run(*words, code=0):
        found = CliRunner().invoke(app, ["release", *map(str, words)], env={"COLUMNS": "200"})
        assert found.exit_code == code, found.output
        return json.loads(found.stdout) if "--json" in words else found.output

    return run


def release(connection, women, new_data=None, country="THA"):
    """Publish a release of twelve agencies with `women` in a hundred; `new_data` (a number of its own) changes a source of `country` before."""
    fill(connection, women)
    if new_data:
        connection.execute(NEW_DATA, (country, new_data))
    number = build_candidate(connection, CATALOGUE)
    decide(connection, passed=True)
    publish(connection, number)
    connection.commit()
    return number


def test_show_tells_what_a_release_was_made_with_and_how_many_cells_are_shown(connection, parity):
    first = release(connection, 20)
    second = release(connection, 3)
    found = parity("show", "--json")
    assert found["release"]["release_id"] == second and found["release"]["state"] == "current"
    assert found["counts"] == [{"indicator": "REP-01", "level": "agency", "shown": 0, "suppressed": 12, "not_available": 0}]
    made = found["made_with"]
    assert made["code_version"].startswith("0.1") and len(made["code_hash"]) == len(made["policy_hash"]) == 64
    assert "raw.hr_staff" in made["source_hashes"]
    text = parity("show", first)
    assert f"Release {first} is superseded" in text and "12 cells: 12 shown, 0 suppressed" in text
    assert "agency" in parity("show", "--all")


def test_a_release_from_before_versions_were_kept_says_so(connection, parity):
    number = release(connection, 20)
    connection.execute(
        "update release.release set code_version = null, code_hash = null, policy_hash = null, source_hashes = null"
    )
    connection.commit()
    text = parity("show", number)
    assert "code not recorded; disclosure policy not recorded; sources not recorded" in text
    connection.execute("delete from release.ingredient")
    release(connection, 30)
    found = figures(parity("diff", "--json"))
    assert {(*change["reasons"], *change["not_recorded_by"]) for change in found} == {("not recorded", number)}
    assert f"revised data or definition or code or disclosure: not recorded by release {number}" in parity("diff")
    assert "code not recorded; policy not recorded; sources that changed: not recorded" in parity("diff")


def test_show_says_what_the_gates_said_of_each_of_three_releases(connection, parity, warehouse):
    numbers = []
    for women, leaks in ((20, False), (30, True), (40, False)):
        fill(connection, women)
        numbers.append(build_candidate(connection, CATALOGUE))
        if leaks:
            connection.execute("update release.indicator set numerator = 2 where release_id = %s", (numbers[-1],))
        connection.commit()
        if leaks:
            with pytest.raises(GateFailed):
                run_gate("candidate", warehouse, record_verdict)
            continue
        run_gate("candidate", warehouse, record_verdict)
        publish(connection, numbers[-1])
        connection.commit()
    verdicts = [parity("show", number, "--json")["gates"] for number in numbers]
    assert [[gate["gate"] for gate in gates] for gates in verdicts] == [["candidate"]] * 3
    assert [bool(gates[0]["failed"]) for gates in verdicts] == [False, True, False]
    assert "failed: " in parity("show", numbers[1]) and "passed" in parity("show", numbers[2])


def test_the_gates_before_a_release_are_those_that_ran_last_before_it_was_built(connection, parity):
    numbers = [release(connection, women) for women in (20, 30, 40)]
    for number in numbers:
        connection.execute(
            "update release.release set created_at = make_date(2026, 1, %s) + time '12:00' where release_id = %s",
            (number, number),
        )
        for hour, gate in ((8, "raw"), (9, "indicators"), (13, "candidate"), (14, "candidate")):
            connection.execute(
                "insert into ops.gate_result values (make_date(2026, 1, %s) + make_time(%s, 0, 0), %s, 's', 't', 'e', 'c', 'warning',"
                " false, 1, 1)",
                (number, hour, gate),
            )
    connection.commit()
    assert len(numbers) == 3
    for number in numbers:
        runs = [(gate["gate"], gate["run_at"][:13]) for gate in parity("show", number, "--json")["gates"]]
        day = f"2026-01-0{number}"
        assert runs == [("raw", f"{day} 08"), ("indicators", f"{day} 09"), ("candidate", f"{day} 13")]


def test_nobody_else_sees_an_earlier_release_while_it_is_read_and_nothing_stays_after_an_error(connection, warehouse):
    first, _ = release(connection, 20), release(connection, 30)
    shown = "select distinct estimate from published.indicator"
    with psycopg.connect(warehouse) as reader, pytest.raises(KeyError), as_readers_see(connection, first):
        assert connection.execute(shown).fetchall() == [(20.0,)]
        assert reader.execute(shown).fetchall() == [(30.0,)]
        raise KeyError
    assert connection.execute(shown).fetchall() == [(30.0,)]


def reasons(found):
    return {tuple(change["reasons"]) for change in figures(found)}


def figures(found):
    return [change for change in found["changes"] if change["kind"] == "figure"]


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


def test_an_earlier_release_is_exported_as_readers_saw_it_and_the_current_one_stays_current(connection, parity, tmp_path):
    first, second = release(connection, 20), release(connection, 30)
    for number, women in ((first, "20"), (second, "30"), (first, "20")):
        written = parity("export", number, "--to", tmp_path, "--json")
        assert written["release"] == number and len(written["files"]) == 6 + 2 + 6 + 2
        folder = tmp_path / f"release-{number}"
        with (folder / "indicator.csv").open() as file:
            assert {(row["release_id"], row["estimate"]) for row in csv.DictReader(file)} == {(str(number), women)}
        assert {row["estimate"] for row in pyarrow.parquet.read_table(folder / "indicator.parquet").to_pylist()} == {float(women)}
    assert [entry.state for entry in list_releases(connection)] == ["current", "superseded"]
    assert [row[0] for row in connection.execute("select distinct estimate from published.indicator")] == [30.0]


def test_export_and_sdmx_come_back_equal_with_the_catalogues_words(connection, parity, tmp_path):
    connection.execute("update raw.catalogue_indicator set catalogue_version = %s", (load_catalogue(CATALOGUE).version,))
    fill(connection, 20)
    connection.execute("update indicators.fct_indicator set catalogue_version = %s", (load_catalogue(CATALOGUE).version,))
    connection.execute("update indicators.fct_indicator set numerator = 3, estimate = 3 where agency_code = 'A7'")
    number = build_candidate(connection, CATALOGUE)
    decide(connection, passed=True)
    publish(connection, number)
    connection.commit()
    folder = tmp_path / f"release-{number}"
    parity("export", "--to", tmp_path, "--format", "sdmx", "--format", "parquet")
    message, data = ((folder / name).read_text() for name in ("structure.sdmx.json", "indicator.sdmx.csv"))
    assert "female headcount, stock" in message and caption("indicator", "se", REPOSITORY / "dbt") in message
    back = sdmx.read_back(message, data)
    rows = pyarrow.parquet.read_table(folder / "indicator.parquet").to_pylist()
    assert [row["OBS_VALUE"] for row in back] == [row["estimate"] for row in rows]
    [hidden] = [row for row in back if row["OBS_STATUS"] == "Q"]
    assert hidden["AGENCY_CODE"] == "A7"
    numbers = [hidden[name.upper()] for name in ("numerator", "denominator", "n", "se", "ci_low", "ci_high", "p_value")]
    assert numbers == [None] * 7 and hidden["OBS_VALUE"] is None
    [same] = [row for row in rows if row["agency_code"] == "A7"]
    assert same["estimate"] is None and same["numerator"] is None


def test_the_dictionary_describes_every_published_column_in_the_words_of_the_captions(connection, parity, tmp_path):
    number = release(connection, 20)
    parity("export", "--to", tmp_path, "--format", "csv")
    with (tmp_path / f"release-{number}" / "dictionary.csv").open() as file:
        found = {(row["table"], row["column"]): row for row in csv.DictReader(file)}
    assert set(found) == {(view, name) for view, columns in published_columns(connection).items() for name, _ in columns}
    assert all(row["meaning"] and row["type"] for row in found.values())
    assert {column for _, column in found} >= set(IN_UNIT_OF_ROW)
    assert found["indicator", "n"]["meaning"] == caption("indicator", "n", REPOSITORY / "dbt")
    assert found["composite_domain", "score"]["meaning"] != found["indicator", "estimate"]["meaning"]


def test_export_again_changes_nothing_and_never_replaces_another_file(connection, parity, tmp_path):
    number = release(connection, 20)
    folder = tmp_path / f"release-{number}"
    for _ in range(2):
        parity("export", "--to", tmp_path)
        before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    parity("export", "--to", tmp_path)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    (folder / "dictionary.csv").write_text("mine")
    found = parity("export", "--to", tmp_path, "--json", code=1)
    assert "dictionary.csv is there with another content" in found["error"]
    assert (folder / "dictionary.csv").read_text() == "mine"


@pytest.mark.parametrize(("state", "sentence"), [("candidate", "was never published"), ("approved", "was never published"), ("rejected", "was rejected")])  # fmt: skip
def test_what_readers_never_saw_is_neither_exported_nor_compared(connection, parity, tmp_path, state, sentence):
    release(connection, 20)
    fill(connection, 30)
    number = build_candidate(connection, CATALOGUE)
    connection.execute("update release.release set state = %s where release_id = %s", (state, number))
    connection.commit()
    for words in (("export", number, "--to", tmp_path), ("diff", number), ("diff", 1, number)):
        assert sentence in parity(*words, "--json", code=1)["error"]
    assert not list(tmp_path.iterdir())
    assert parity("show", number, "--json")["release"]["state"] == state


def test_without_two_releases_or_with_an_unknown_number_each_command_says_what_to_do(connection, parity, tmp_path):
    assert "No release is current yet" in parity("show", code=1)
    assert "No release is current yet" in parity("export", "--to", tmp_path, code=1)
    assert "no earlier release" in parity("diff", code=1)
    release(connection, 20)
    for words in (("show", 99), ("diff", 99), ("export", 99, "--to", tmp_path)):
        assert "`parity release list`" in parity(*words, code=1)
    assert "Usage" in parity("export", "--to", tmp_path, "--format", "xlsx", code=2)


def test_list_publish_rollback_and_reader_speak_json(place, monkeypatch):
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", place.warehouse)
    monkeypatch.setenv("PARITY_READER_URL", place.reader)

    def run(*words):
        found = CliRunner().invoke(app, ["release", *map(str, words), "--json"])
        return found.exit_code, json.loads(found.stdout)

    with psycopg.connect(place.warehouse) as connection:
        first, second = (test_readers.make_release(connection, number) for number in (20, 30))
    assert run("publish", first) == (0, {"current": first}) and run("publish", second) == (0, {"current": second})
    assert run("rollback") == (0, {"current": first})
    assert place.ask("select distinct release_id from published.indicator") == [(first,)]
    code, listed = run("list")
    assert code == 0 and [(entry["release_id"], entry["state"]) for entry in listed] == [
        (second, "superseded"),
        (first, "current"),
    ]
    assert run("reader") == (0, {"url": place.reader})
    code, refused = run("publish", 99)
    assert code == 1 and "no release 99" in refused["error"]


def test_a_warehouse_that_does_not_answer_and_a_reader_url_that_is_missing_are_said_with_what_to_do(monkeypatch):
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.delenv("PARITY_READER_URL", raising=False)
    found = CliRunner().invoke(app, ["release", "list", "--json"])
    assert found.exit_code == 3 and "does not answer" in json.loads(found.stdout)["error"]
    found = CliRunner().invoke(app, ["release", "reader"])
    assert found.exit_code == 2 and "PARITY_READER_URL is not" in found.stderr


@pytest.mark.parametrize("command", ["list", "show", "diff", "publish", "rollback", "reader", "export"])
def test_every_command_speaks_json_and_explains_itself(command):
    found = CliRunner().invoke(app, ["release", command, "--help"])
    assert found.exit_code == 0 and "--json" in found.stdout


def test_the_attack_on_a_release_is_kept_and_told(connection, parity):
    connection.execute("truncate indicators.fct_indicator")
    for agency, women in (("A", 3), ("B", 60)):
        connection.execute(
            "insert into indicators.fct_indicator (cell_id, indicator_code, level, country_code, agency_code, agency_type, gender, grade_band,"
            " breakdown, breakdown_value, period, period_year, period_date, numerator, denominator, n, estimate, method, catalogue_version, provenance)"
            " values (%(a)s, 'REP-01', 'agency', 'THA', %(a)s, 'police', 'all', 'all', 'none', 'all', 'year', 2025, '2025-12-31', %(w)s, 100, 100,"
            " %(w)s, 'census share', '1', 'synthetic')",
            {"a": agency, "w": women},
        )
    connection.commit()
    number = build_candidate(connection, CATALOGUE)
    decide(connection, passed=True)
    publish(connection, number)
    connection.commit()
    found = parity("attack", "--json")
    assert (found["release_id"], found["n_protected"], found["n_found"]) == (number, 1, 0)
    assert found["findings"] == [{"is_found": False, "said": "stock of A 2025, woman can be 1 to 4"}]
    assert "Of 1 suppressed counts 0 can be worked out" in parity("attack", number)


def test_a_candidate_that_falls_to_the_attack_is_stopped_by_its_gate(connection, warehouse):
    fill(connection, 20)
    build_candidate(connection, CATALOGUE)
    connection.execute("update release.attack set n_found = 1")
    connection.commit()
    with pytest.raises(GateFailed, match="a suppressed count can be worked out"):
        run_gate("candidate", warehouse, record_verdict)


def test_a_final_wave_is_opened_again_with_a_reason_and_no_other_one(connection, parity):
    refused = parity("reopen", "culture", "2025", "--reason", "doubled", "--json", code=1)
    assert "Final waves: none." in refused["error"]
    numbers = [release(connection, women) for women in (20, 30)]
    for number, year in zip(numbers, (2025, 2026), strict=True):
        connection.execute(
            "insert into release.survey_wave values (%s, 'culture', %s, %s, '', 0)", (number, year, f"spring {year}")
        )
    connection.commit()
    assert "culture spring 2025, culture spring 2026" in parity("reopen", "culture", "2027", "--reason", "doubled", code=1)
    assert "say with --reason why" in parity("reopen", "culture", "2025", "--reason", " ", code=1)
    order = parity("reopen", "culture", "2025", "--reason", "answers came twice", "--json")
    assert (order["wave"], order["period_year"], order["reason"]) == ("spring 2025", 2025, "answers came twice")
    assert "Wave spring 2026 of culture is open again" in parity("reopen", "culture", "spring 2026", "--reason", "same")
    kept = connection.execute(
        "select wave, reason, ordered_by <> '', release_id from ops.survey_wave_reopened order by 1"
    ).fetchall()
    assert kept == [("spring 2025", "answers came twice", True, None), ("spring 2026", "same", True, None)]
    assert "stays final" in parity("reopen", "culture", "2025", "--cancel", "--reason", "the answers were right")
    (gone,) = parity("reopen", "culture", "spring 2026", "--cancel", "--reason", "the wrong wave", "--json")
    assert (gone["order_no"], gone["wave"]) == (2, "spring 2026")
    refused = parity("reopen", "culture", "2025", "--cancel", "--reason", "twice", "--json", code=1)
    assert "No order to open wave '2025' of culture again waits" in refused["error"]
    gone = connection.execute("select order_no, reason, cancelled_by <> '' from ops.survey_wave_order_cancelled order by 1")
    assert gone.fetchall() == [(1, "the answers were right", True), (2, "the wrong wave", True)]
