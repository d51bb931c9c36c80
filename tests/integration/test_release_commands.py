"""`parity release` on a real PostgreSQL, over two releases and more: show, diff and export, for people and for machines."""

from __future__ import annotations

import json

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app
from expectations import GateFailed, run_gate
from publication.releases import build_candidate, decide, publish
from publication.review import record_verdict
from publication.seen import as_readers_see
from tests.integration import made_cells, release_desk, test_readers
from tests.integration.made_cells import CATALOGUE, fill
from tests.integration.release_desk import figures, release

connection = made_cells.connection  # a warehouse with one indicator
place = test_readers.place  # a warehouse with its readers' database
parity = release_desk.parity  # a command of the group, run


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
