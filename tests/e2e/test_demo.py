"""The whole path on the samples: what is published equals what the generator knows, and again changes nothing."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import time
from pathlib import Path

import psycopg
import pytest
import requests

from cli.demo import INGEST, _now
from ingestion.landing import Landing
from parity.catalogue import load_catalogue
from parity.settings import REPOSITORY
from stack.airflow_api import AirflowApi
from stack.airflow_wait import wait_for_run
from stack.control import WAITING
from stack.instance import Instance
from tests.e2e.conftest import PARITY, run_parity


def published(demo, where, *values):
    with psycopg.connect(demo.instance.reader_url) as connection:
        query = f"select numerator, denominator, estimate, se, ci_low, ci_high, n from published.indicator where {where}"
        return connection.execute(query, values).fetchall()


def nearest_5(count):
    return 5 * ((count + 2) // 5)


def test_published_staff_indicators_are_the_truth_rounded(demo):
    truths = [(agency, year, truth) for agency, years in demo.truth()["hr"].items() for year, truth in years.items()]
    with_flows = [each for each in truths if "hires" in each[2]]
    assert len(truths) + len(with_flows) >= 12
    for agency, year, truth in truths:
        women, men = truth["stock"]["woman"], truth["stock"]["man"]
        [(numerator, denominator, estimate, *_)] = published(
            demo,
            "indicator_code = 'REP-01' and level = 'agency' and period = 'year' and agency_code = %s and period_year = %s",
            agency,
            int(year),
        )
        assert (numerator, denominator) == (nearest_5(women), nearest_5(women + men))
        assert estimate == pytest.approx(100 * numerator / denominator, abs=1e-9)
    for agency, year, truth in with_flows:
        [(numerator, denominator, *_)] = published(
            demo,
            "indicator_code = 'REC-02' and level = 'agency' and agency_code = %s and period_year = %s",
            agency,
            int(year),
        )
        hired = truth["hires"]
        assert (numerator, denominator) == (nearest_5(hired["woman"]), nearest_5(hired["woman"] + hired["man"]))
        [(numerator, denominator, *_)] = published(
            demo,
            "indicator_code = 'RET-01' and level = 'agency_gender' and gender = 'woman' and agency_code = %s and period_year = %s",
            agency,
            int(year),
        )
        left = truth["separations"]["woman"]
        assert numerator == (nearest_5(left) if left >= 5 else None)
        # An agency that only leaves its leavers out lets the day of leaving be known to half a month.
        assert left < 5 or denominator == pytest.approx(truth["person_years"]["woman"], rel=2e-3, abs=0.5)


def test_survey_intervals_hold_the_truth_about_as_often_as_they_say(demo):
    held = []
    unit = {
        indicator.id: 1 if indicator.statistic == "mean" else 100
        for indicator in load_catalogue(REPOSITORY / "catalogue").indicators
    }
    for agency, indicators in demo.truth()["survey"]["population"].items():
        for indicator, by_gender in indicators.items():
            for gender in ("woman", "man"):
                for *_, low, high, _n in published(
                    demo,
                    "indicator_code = %s and level = 'agency_gender' and agency_code = %s and gender = %s and not is_suppressed",
                    indicator,
                    agency,
                    gender,
                ):
                    held.append(low <= unit[indicator] * by_gender[gender] <= high)
    assert len(held) >= 30
    assert sum(held) / len(held) >= 0.85


def test_published_facts_of_rules_and_posts_equal_the_truth(demo):
    compared = 0
    units = {i.id: 100 if i.unit == "pct" else 1 for i in load_catalogue(REPOSITORY / "catalogue").indicators}
    for agency, years in demo.truth()["fact_finding"]["found"].items():
        for year, cells in years.items():
            for code, (met, known) in cells.items():
                [(numerator, denominator, estimate, *_)] = published(
                    demo,
                    "indicator_code = %s and level = 'agency' and agency_code = %s and period_year = %s and not is_suppressed",
                    code,
                    agency,
                    int(year),
                )
                assert (numerator, denominator) == pytest.approx((met, known), abs=1e-12)
                assert estimate == pytest.approx(units[code] * met / known, abs=1e-9)
                compared += 1
    assert compared > 60
    said = json.loads(demo.parity("explain", "INF-01", "--agency", "VNM-CUS", "--json"))
    assert [(form["form"], form["n_submissions"]) for form in said["forms"]] == [("fact_finding", 3)]
    assert said["cells"][0]["quality_flag"].startswith("fewer than 5 posts assessed") and not said["files"]


def test_a_second_demo_publishes_and_duplicates_nothing(demo):
    before = demo.parity("release", "list", "--json")
    with psycopg.connect(demo.instance.warehouse_url) as connection:
        rows = connection.execute("select count(*) from raw.hr_staff").fetchone()
        output = demo.parity("demo")
        assert connection.execute("select count(*) from raw.hr_staff").fetchone() == rows
    assert demo.parity("release", "list", "--json") == before
    assert "already made" in output


def test_the_project_of_models_is_parsed_whole_only_once_before_the_first_build(demo):
    files = sorted((demo.instance.home / "dbt" / "logs").glob("dbt.log*"), reverse=True)  # dbt.log.1 is older than dbt.log
    log = "".join(file.read_text() for file in files)
    assert log.split("Finished running")[0].count("Unable to do partial parsing") == 1


def test_a_figure_is_explained_down_to_the_files_behind_it(demo):
    said = json.loads(demo.parity("explain", "REP-01", "--agency", "THA-POL", "--period", "2024", "--json"))
    truth = demo.truth()["hr"]["THA-POL"]["2024"]["stock"]
    [everybody] = [cell for cell in said["cells"] if cell["level"] == "agency"]
    assert (everybody["numerator"], everybody["denominator"]) == (
        nearest_5(truth["woman"]),
        nearest_5(truth["woman"] + truth["man"]),
    )
    of_code = {one.id: one for one in load_catalogue(REPOSITORY / "catalogue").indicators}
    assert said["indicator"]["num"] == of_code["REP-01"].num and not everybody["is_suppressed"]
    drop = demo.instance.home / "drop" / "hr" / "tha_pol"
    assert {file["file_name"] for file in said["files"]} == {"THA-POL_synthetic_2566.csv", "THA-POL_synthetic_2567.csv"}
    for file in said["files"]:
        assert file["content_sha256"] == hashlib.sha256((drop / file["file_name"]).read_bytes()).hexdigest()
    assert {gate["gate"] for gate in said["gates"]} == {"raw", "indicators", "candidate"}
    assert all(gate["n_failed"] == 0 for gate in said["gates"])


def test_a_survey_figure_is_explained_down_to_the_versions_of_its_form(demo):
    said = json.loads(demo.parity("explain", "CUL-03", "--agency", "THA-POL", "--json"))
    assert [form["version_no"] for form in said["forms"]] == [1, 2]
    assert sum(form["n_submissions"] for form in said["forms"]) == demo.truth()["survey"]["sample"]["THA-POL"]["n_respondents"]
    assert "gate candidate: passed" in demo.parity("explain", "CUL-03", "--agency", "THA-POL")


def test_what_is_withheld_stays_withheld_when_explained_and_what_is_not_there_is_said(demo):
    said = json.loads(demo.parity("explain", "PRO-01", "--agency", "VNM-CUS", "--json"))
    [cell] = said["cells"]
    assert cell["is_suppressed"] and cell["suppression_reason"]
    assert all(cell[name] is None for name in ("estimate", "numerator", "denominator", "n", "ci_low"))
    assert "needs complaint records" in demo.parity("explain", "HAR-05", "--agency", "THA-POL")
    demo.parity("explain", "REP-99", expect=1)


def test_a_what_if_of_published_figures_meets_the_scenario_that_says_the_same(demo):
    promises = json.loads(demo.parity("roadmap", "list", "--agency", "THA-POL", "--json"))
    [half] = [row for row in promises if row["target"] == "tha_30_by_30" and row["scenario"] == "half_hired_are_women"]
    due = ("--target", str(half["target_value"]), "--due", str(half["due_year"]))
    asked = json.loads(demo.parity("roadmap", "what-if", "--agency", "THA-POL", *due, "--women-share-of-hires", "0.5", "--json"))[
        "as asked"
    ]
    # Both start from the same published flows; the road map is told in whole per cent.
    assert asked["share_when_due_pct"] == pytest.approx(half["value_at_due"], abs=0.51)
    assert asked["women_share_of_hires_needed_pct"] == pytest.approx(half["women_share_of_hires_needed"], abs=0.51)
    assert asked["reached_in"] == half["period_year"] + half["years_to_target"]
    assert "no promise about that place" in demo.parity("roadmap", "list", "--country", "LAO")
    assert "shows no year" in demo.parity("roadmap", "what-if", "--agency", "PHL-CG", expect=1)


def test_everything_listens_on_loopback_only_and_fits_in_memory(demo):
    import psutil

    report = json.loads(demo.parity("status", "--json"))
    assert {service["state"] for service in report["services"].values()} == {"ready", "done"}
    pids = set()
    for service in report["services"].values():
        if service["pid"]:
            process = psutil.Process(service["pid"])
            pids |= {process.pid, *(child.pid for child in process.children(recursive=True))}
    addresses = {entry.laddr.ip for entry in psutil.net_connections("inet") if entry.status == "LISTEN" and entry.pid in pids}
    assert addresses <= {"127.0.0.1", "::1"}
    assert 0 < report["memory_bytes"] < 6 * 2**30


def test_names_and_identifiers_are_nowhere_in_the_warehouse_or_the_logs(demo):
    with psycopg.connect(demo.instance.warehouse_url) as connection:
        tables = connection.execute(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables where table_type = 'BASE TABLE'"
            " and table_schema in ('raw', 'quarantine', 'ops', 'core', 'indicators', 'release')"
        ).fetchall()
        assert len(tables) > 20
        for (table,) in tables:
            for secret in ("Contoh Pegawai", "Ví Dụ", "สมมติ", "HQ000001"):
                found = connection.execute(f"select 1 from {table} t where t::text like %s limit 1", (f"%{secret}%",)).fetchone()
                assert found is None, f"{secret} in {table}"
    for log in (demo.instance.home / "logs").glob("*.log"):
        assert "Contoh Pegawai" not in log.read_text(errors="replace")


def test_superset_reads_published_and_nothing_else(demo):
    with psycopg.connect(demo.instance.reader_url) as reader:
        assert reader.execute("select count(*) from published.indicator").fetchone()[0] > 100
        for table in ("release.indicator", "indicators.fct_indicator", "raw.hr_staff", "core.fct_headcount"):
            with pytest.raises(psycopg.errors.UndefinedTable):
                reader.execute(f"select 1 from {table} limit 1")
            reader.rollback()
    for database in ("parity", "airflow", "superset", "postgres"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(f"{demo.instance.reader_url.rpartition('/')[0]}/{database}")


def test_survey_teams_and_data_quality_read_their_own_tables_and_nothing_else(demo):
    own = {"fieldwork": "fieldwork.fieldwork__response", "quality": "quality.quality__fix"}
    urls = demo.instance.reader_urls
    for role, table in own.items():
        with psycopg.connect(urls[role]) as reader:
            assert reader.execute(f"select count(*) from {table}").fetchone()[0] > 0
        for other in {*own.values(), "published.indicator"} - {table}:
            with psycopg.connect(urls[role]) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(f"select 1 from {other}")


def test_a_service_that_dies_is_named_and_restarted(demo):
    import psutil

    services = json.loads(demo.parity("status", "--json"))["services"]
    psutil.Process(services["kobo"]["pid"]).kill()
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        kobo = json.loads(demo.parity("status", "--json"))["services"]["kobo"]
        if kobo["restarts"] > services["kobo"]["restarts"] and kobo["state"] == "ready":
            break
        time.sleep(0.5)
    assert kobo["pid"] != services["kobo"]["pid"]
    assert requests.get(f"{demo.instance.url('kobo')}/health", timeout=5).ok
    assert "kobo ended with exit code" in (demo.instance.home / "logs" / "supervisor.log").read_text()


def test_an_unreadable_staff_file_is_named_and_the_others_go_on(demo):
    bad = demo.instance.home / "drop" / "hr" / "idn_imm" / "IDN-IMM_broken.xlsx"
    bad.write_bytes(b"this is no workbook")
    api, since, said = AirflowApi(demo.instance), _now(), []
    try:
        api.trigger("ingest_hr")
        problem = wait_for_run(api, "ingest_hr", since, demo.instance.home, said.append)
        assert problem and "IDN-IMM_broken.xlsx" in problem
        # It lies aside now, its message next to it, and no later run is red for it.
        aside = bad.parent / "refused" / bad.name
        assert not bad.exists() and "Export it as a workbook" in aside.with_name(f"{bad.name}.why.txt").read_text()
        assert [each["file_name"] for each in json.loads(demo.parity("hr", "refused", "--json"))] == [bad.name]
        since = _now()
        api.trigger("ingest_hr")
        assert wait_for_run(api, "ingest_hr", since, demo.instance.home, said.append) is None
        output = demo.parity("hr", "check", str(aside), "--contract", "idn_imm", expect=2)
        assert "IDN-IMM_broken.xlsx" in output and "Export it as a workbook" in output
    finally:
        bad.unlink(missing_ok=True)
        shutil.rmtree(bad.parent / "refused", ignore_errors=True)
    with psycopg.connect(demo.instance.warehouse_url) as connection:
        assert connection.execute("select count(*) from raw.hr_delivery where file_name like '%broken%'").fetchone() == (0,)
        assert connection.execute("select count(*) from raw.hr_delivery").fetchone() == (16,)  # twelve of staff, four registers


def test_a_staff_file_that_arrives_is_seen_without_anybody_asking(demo):
    folder = demo.instance.home / "drop" / "hr" / "tha_pol"
    copy, since = folder / "THA-POL_again.csv", _now()
    copy.write_bytes(min(folder.glob("*.csv")).read_bytes())
    try:
        api, began, by_watch = AirflowApi(demo.instance), time.monotonic(), []
        while not by_watch and time.monotonic() < began + 300:
            by_watch = [run for run in api.runs("ingest_hr", since) if run["run_type"] == "asset_triggered"]
            time.sleep(2)
        assert by_watch, "no run of ingest_hr was started by the watch on the drop folder"
        assert wait_for_run(api, "ingest_hr", since, demo.instance.home, print) is None
    finally:
        copy.unlink()
    with psycopg.connect(demo.instance.warehouse_url) as connection:  # its content was loaded before
        assert connection.execute("select count(*) from raw.hr_delivery").fetchone() == (16,)  # twelve of staff, four registers


def test_no_name_of_a_staff_file_is_in_a_log_or_in_the_servers_files(demo):
    rows = [
        line.split(",")
        for path in (demo.instance.home / "drop" / "hr" / "tha_pol").glob("*.csv")
        for line in path.read_bytes().decode("cp874").splitlines()[2:]
    ]
    place = rows[0].index("ชื่อ-สกุล")
    names = {row[place] for row in rows[1:] if len(row) > place and len(row[place]) > 8}
    assert len(names) > 500
    needles = [name.encode() for name in sorted(names)[::7]]
    unit = b"REP-01"
    home = demo.instance.home
    roots = (home / "logs", home / "airflow" / "logs", demo.instance.postgres.data)
    found, seen = False, set()
    for _ in range(3):  # a rebuild replaces tables meanwhile, and PostgreSQL renames files: what came meanwhile counts too
        for path in (Path(folder, name) for root in roots for folder, _, names in os.walk(root) for name in names):
            try:
                if (place := (path, path.lstat().st_ino)) in seen or not stat.S_ISREG(path.lstat().st_mode):
                    continue
                content = path.read_bytes()
            except FileNotFoundError:
                continue
            seen.add(place)
            found |= unit in content
            assert not [needle for needle in needles if needle in content], path
    assert found and len(seen) > 1_000  # what does stand there is found in this way


@pytest.mark.long
def test_two_demonstrations_at_once_are_one_and_end_alike(demo):
    def n_runs():
        api = AirflowApi(demo.instance)
        return {dag: len(api.runs(dag, "")) for dag in INGEST}

    before = n_runs()
    demo.parity("down")
    processes = [
        subprocess.Popen(
            [*PARITY, "demo"],
            cwd=REPOSITORY,
            env={**os.environ, "PARITY_HOME": str(demo.instance.home), "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=900)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    summaries = [text[text.index("Loaded") :] for text in said]
    assert summaries[0] == summaries[1]
    assert sum(WAITING in text for text in said) == 1
    after = n_runs()
    assert {dag: after[dag] - before[dag] for dag in INGEST} == dict.fromkeys(INGEST, 1)
    assert len(json.loads(demo.parity("release", "list", "--json"))) == 1


@pytest.mark.long
def test_an_instance_that_was_moved_goes_on_and_loads_nothing_twice(demo):
    here = demo.instance.home
    demo.parity("down")
    moved = Instance(here.rename(here.with_name("moved")))
    try:
        done = run_parity(moved.home, "demo")
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        with psycopg.connect(moved.warehouse_url) as connection:
            assert connection.execute("select count(*) from raw.hr_delivery").fetchone() == (16,)
            uris = [uri for (uri,) in connection.execute("select landing_uri from raw.hr_delivery")]
        assert all(str(here) in uri for uri in uris)
        assert all(Landing(str(moved.home / "landing")).get(uri) for uri in uris)
        assert len(json.loads(run_parity(moved.home, "release", "list", "--json").stdout)) == 1
    finally:
        run_parity(moved.home, "down")
        moved.home.rename(here)
        demo.parity("up")


def test_a_demo_killed_in_the_middle_is_repaired_by_the_next(demo):
    import signal

    process = subprocess.Popen(
        [*PARITY, "demo"], cwd=REPOSITORY, env={**os.environ, "PARITY_HOME": str(demo.instance.home)}, stdout=subprocess.DEVNULL
    )
    time.sleep(6)
    report = json.loads(demo.parity("status", "--json"))
    process.kill()
    os.kill(report["supervisor"]["pid"], signal.SIGKILL)
    output = demo.parity("demo")
    assert "was left running by a start that was killed" in output
    assert len(json.loads(demo.parity("release", "list", "--json"))) == 1


def test_a_wrong_kobo_token_stops_only_that_source_and_says_what_to_do(demo):
    from ingestion.kobo.client import KoboClient
    from ingestion.kobo.errors import KoboError

    with pytest.raises(KoboError, match="token is wrong or revoked"):
        KoboClient(demo.instance.url("kobo"), "0" * 40).me()
    api, since, said = AirflowApi(demo.instance), _now(), []
    connection = api._call("GET", "/connections/kobo")
    wrong = {"connection_id": "kobo", "conn_type": connection["conn_type"], "host": connection["host"]}
    api._call("PATCH", "/connections/kobo", json=wrong | {"password": "0" * 40})
    try:
        api.trigger("ingest_kobo")
        problem = wait_for_run(api, "ingest_kobo", since, demo.instance.home, said.append)
        assert problem and "list_forms" in problem
    finally:
        api._call("PATCH", "/connections/kobo", json=wrong | {"password": demo.instance.secrets["kobo_token"]})
    assert len(published(demo, "level = 'all'")) > 0
