"""No value of a row leaves raw through a gate: not to ops, to the pages, to a log, to a message, or to what a task hands on.

A marker stands in names, codes, keys and answers, and the rows break every check: those that no row at all breaks, in a second run.
"""

import json
import logging
import re
import traceback
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql
from typer.testing import CliRunner

from cli.main import app
from dags.steps.release import pass_gate
from expectations import GateFailed, GateNotRun, run_gate
from expectations.candidate import PUBLIC
from expectations.suites import GATES, suites
from parity.catalogue.gate_limits import load_limits
from parity.catalogue.policy import load_policy
from tests.integration.gate_sources import CATALOGUE, build, execute, fill, query

MARKER = "Somchai-Secret-4711"
FIGURES = f"""
create schema indicators; create schema core;
create table core.dim_indicator as select code as indicator_code, unit, true as is_sensitive from (values
    ('{MARKER}', 'pct'), ('{MARKER}-1', 'mean 1-5'), ('{MARKER}-2', 'flag'), ('{MARKER}-3', 'ratio'), ('{MARKER}-4', 'index 0-1'),
    ('{MARKER}-5', 'per 100 person-years'), ('{MARKER}-6', 'per 1000'), ('{MARKER}-7', 'per 100000'), ('{MARKER}-8', 'percentage points'),
    ('REP-01', 'years')) as t (code, unit);
create table indicators.fct_indicator as select
    case when place = 0 then null else '{MARKER}' end as cell_id, indicator_code, 'agency' as level, '{MARKER}' as agency_code, '{MARKER}' as gender,
    'year' as period, 2020 + place as period_year, 3.0::float8 as numerator, -1.0::float8 as denominator, -1 as n, case when place = 2 then null when unit = 'ratio' or unit like 'per 1%' then -999.0 else 999.0 * (place + 1) end as estimate,
    999.0::float8 as se, cast(null as text) as unavailable_reason, cast(null as int) as n_least, 'NaN'::float8 as se_log
from core.dim_indicator, generate_series(0, 2) as place;
create table core.fct_headcount as select '{MARKER}' as gender, 0 as n_staff;
create table core.fct_staff_event as select current_date + 9 as event_date, current_date + 2 as interval_from, current_date as interval_to;
"""
RAW = f"""
alter table raw.hr_staff alter sex_code drop not null, alter person_key drop not null;
update raw.hr_staff set person_key = '{MARKER}', sex_code = '{MARKER}', rank_name = '{MARKER}', unit_name = '{MARKER}',
    function_name = '{MARKER}', member = '{MARKER}', sheet = '{MARKER}', row_no = 1, agency_code = '{MARKER}' where row_no > 15;
update raw.hr_staff set person_key = null, sex_code = null where row_no = 2;
update raw.hr_staff set sex_code = 'ไม่ระบุ' where row_no between 3 and 9;
update raw.hr_delivery set n_quarantined = 100 * n_rows, file_name = '{MARKER}', delivered_at = '2001-01-01';
insert into raw.hr_training (delivery_no, member, row_no, agency_code, person_key, course_code, completed_date)
    select 1, '{MARKER}', 1, '{MARKER}', '{MARKER}', '{MARKER}', current_date from generate_series(1, 2);
alter table raw.hr_training alter person_key drop not null;
insert into raw.hr_training (delivery_no, member, row_no, agency_code, course_code, completed_date)
    values (1, '{MARKER}', 2, '{MARKER}', '{MARKER}', current_date);
delete from raw.hr_staff where agency_code = 'VNM-CUS';
update raw.hr_delivery_period set n_rows = 1;
alter table raw.catalogue_indicator alter catalogue_version drop not null;
insert into raw.catalogue_indicator select * from raw.catalogue_indicator order by indicator_code limit 1;
update raw.catalogue_indicator set catalogue_version = null where indicator_code = 'REP-02';
update raw.kobo_submission set answers = jsonb_build_object('name', '{MARKER}'), form = '{MARKER}', content_hash = '{MARKER}', is_deleted = true;
insert into raw.kobo_submission (form, asset_uid, submission_id, is_deleted, content_hash, load_no)
    overriding system value select form, asset_uid, submission_id, is_deleted, content_hash, load_no from raw.kobo_submission;
alter table raw.kobo_submission alter content_hash drop not null;
update raw.kobo_submission set content_hash = null where submission_id = 1;
insert into ops.kobo_cursor (asset_uid, form, rights, n_live, synced_at) values ('a', 'workplace_culture', 'all', 1, '2001-01-01');
update raw.ref_population set iso3 = '{MARKER}', loaded_at = '2001-01-01';
delete from raw.ref_victim;
"""
NOTHING = """
truncate raw.hr_staff, raw.kobo_submission, raw.catalogue_indicator, indicators.fct_indicator, release.indicator;
"""
WITHOUT_KEYS = ("raw.catalogue_indicator", "release.indicator", "raw.kobo_submission")


@pytest.fixture
def url(warehouse):
    """Two builds' worth of rows, the second of which is spoilt throughout."""
    fill(warehouse)
    build(warehouse)
    for table in WITHOUT_KEYS:
        drop_keys(warehouse, table)
    execute(warehouse, "alter table release.indicator alter is_suppressed drop not null")
    execute(warehouse, RAW)
    execute(warehouse, FIGURES)
    with psycopg.connect(warehouse) as connection:
        number = release(connection, "current")
        cell(connection, number, cell_id=f"{MARKER}-gone")
        number = release(connection, "candidate")
        cell(connection, number, source="hr", n=1, numerator=1, reference_value="NaN", ci_low=9, estimate=1)
        cell(connection, number, source="survey", n=1, ci_low=None, cell_id=f"{MARKER}-2")
        cell(connection, number, is_suppressed=True, cell_id=f"{MARKER}-3", suppression_reason=None)
        cell(connection, number, is_suppressed=None, cell_id=f"{MARKER}-3")
        insert(
            connection,
            "roadmap",
            {"release_id": number, "is_suppressed": True} | not_a_number(connection, "roadmap"),
            "release_id",
        )
        insert(connection, "trafficking", {"release_id": number, "count_low": 9, "period_year": 2}, "release_id")
        for table in ("roadmap_path", "composite", "composite_domain", *PUBLIC):
            insert(connection, table, {"release_id": number} | not_a_number(connection, table), "release_id")
    return warehouse


def drop_keys(url, table):
    keys = query(
        url,
        "select conname, (select string_agg(attname, ',') from pg_attribute where attrelid = conrelid and attnum = any(conkey))"
        f" from pg_constraint where conrelid = '{table}'::regclass and contype in ('p', 'u')",
    )
    for name, columns in keys:
        execute(url, f"alter table {table} drop constraint {name} cascade")
        for column in columns.split(","):
            execute(url, f"alter table {table} alter {column} drop not null")


def not_a_number(connection, table):
    """One of its columns, as no number."""
    (name,) = connection.execute(
        "select min(column_name) from information_schema.columns where table_schema = 'release' and table_name = %s"
        " and data_type = 'double precision'",
        (table,),
    ).fetchone()
    return {name: "NaN"}


def release(connection, state):
    return insert(connection, "release", {"state": state}, "release_id")


def cell(connection, number, **values):
    insert(
        connection, "indicator", {"release_id": number, "unavailable_reason": None, "is_suppressed": False} | values, "release_id"
    )


def insert(connection, table, given, wanted):
    """A row whose other columns hold the marker, or one."""
    columns = connection.execute(
        "select column_name, data_type from information_schema.columns where table_schema = 'release' and table_name = %s"
        " and is_identity = 'NO'",
        (table,),
    ).fetchall()
    filler = {
        "text": MARKER,
        "jsonb": f'["{MARKER}"]',
        "ARRAY": [1],
        "boolean": False,
        "date": "2025-12-31",
        "timestamp with time zone": "2025-12-31",
    }
    row = {name: filler.get(kind, 1) for name, kind in columns} | given
    statement = sql.SQL("insert into release.{} ({}) values ({}) returning {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
        sql.Identifier(wanted),
    )
    return connection.execute(statement, tuple(row.values())).fetchone()[0]


def in_ops(url):
    """Every row of every table of ops, as text."""
    tables = query(url, "select tablename from pg_tables where schemaname = 'ops'")
    return "\n".join(line for (table,) in tables for (line,) in query(url, f"select cast(t as text) from ops.{table} as t"))


def name_of(suite, check):
    return suite.name, check.expectation, check.column, check.severity


def every_check():
    known = suites(load_policy(CATALOGUE), load_limits(CATALOGUE))
    return {name_of(suite, check) for gate in GATES for suite in known[gate] for check in suite.checks}


def test_what_a_task_hands_on_holds_no_value_of_a_row(url, tmp_path, monkeypatch):
    """Of a gate that fails, the error is all that is handed on; of one that passes, counts."""
    assert len(GATES) == 3
    monkeypatch.setattr("dags.steps.release.migrated_warehouse_url", lambda asker: url)
    monkeypatch.setenv("PARITY_HOME", str(tmp_path))
    for gate in GATES:
        with pytest.raises(Exception, match="failed") as failed:
            pass_gate(gate)
        assert MARKER not in "".join(traceback.format_exception(failed.value))
    monkeypatch.setattr("expectations.run_gate", lambda gate, url, *_, **__: passing(gate, url))
    for gate in GATES:
        handed_on = json.dumps(pass_gate(gate))
        assert MARKER not in handed_on and '"n_warnings": 0' not in handed_on


def passing(gate, url):
    """What the gate found, as if every failure were a warning."""
    with pytest.raises(GateFailed) as failed:
        run_gate(gate, url)
    result = failed.value.result
    as_warnings = (replace(each, check=replace(each.check, severity="warning")) for each in result.results)
    return replace(result, results=tuple(as_warnings))


def test_no_value_of_a_row_is_in_ops_pages_logs_or_messages(url, tmp_path, caplog, capfd):
    caplog.set_level(logging.INFO)
    found, said = [], []
    for statement in ("select", NOTHING):
        execute(url, statement)
        for gate in GATES:
            with pytest.raises(GateFailed) as failed:
                run_gate(gate, url, pages=tmp_path / "gates")
            found += failed.value.result.failures
            said += [str(failed.value), *map(str, failed.value.result.failures)]
    assert every_check() - {name_of(each.gate_suite, each.check) for each in found} == set()
    pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "gates").rglob("*") if path.is_file()]
    assert len(pages) > 60 and len(query(url, "select 1 from ops.gate_result where not success")) == len(found)
    for text in (*pages, *said, in_ops(url), caplog.text, *capfd.readouterr()):
        assert MARKER not in text
    assert "not in the catalogue" in in_ops(url)


def test_no_password_is_in_the_pages(url, tmp_path):
    with pytest.raises(GateFailed):
        run_gate("raw", url, pages=tmp_path / "gates")
    secret = re.search(r":([^:@/]+)@", url)[1]
    assert all(secret not in path.read_text(encoding="utf-8") for path in (tmp_path / "gates").rglob("*") if path.is_file())


def test_the_command_prints_no_value_of_a_row(url, tmp_path, monkeypatch):
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", url)
    monkeypatch.setenv("PARITY_HOME", str(tmp_path))
    for words in (["raw"], ["raw", "--json"]):
        ran = CliRunner().invoke(app, ["gate", *words])
        assert ran.exit_code == 1 and MARKER not in ran.output + ran.stderr
    assert {row["state"] for row in json.loads(ran.stdout)["not_passed"]} == {"failed", "warning"}


def test_a_value_that_the_database_quotes_in_an_error_is_not_repeated(url, tmp_path, caplog, capfd):
    caplog.set_level(logging.INFO)
    execute(
        url,
        "alter table core.fct_headcount rename to headcount;"
        " create view core.fct_headcount as select gender, cast(gender as int) as n_staff from core.headcount",
    )
    with pytest.raises(GateNotRun, match="InvalidTextRepresentation") as error:
        run_gate("indicators", url, pages=tmp_path / "gates")
    for text in (str(error.value), in_ops(url), caplog.text, *capfd.readouterr()):
        assert MARKER not in text
    assert error.value.__cause__ is None and not (tmp_path / "gates").exists()
    assert query(url, "select count(*) from ops.gate_result where gate = 'indicators'") == [(0,)]


def test_a_check_that_takes_too_long_says_so_and_decides_nothing(url):
    execute(
        url,
        "drop table core.fct_headcount; create view core.fct_headcount as select 'woman' as gender, 1 as n_staff from pg_sleep(20);"
        f" alter database {psycopg.conninfo.conninfo_to_dict(url)['dbname']} set statement_timeout = '2s'",
    )
    with pytest.raises(
        GateNotRun, match=r"genders: .* could not be run on core\.fct_headcount: QueryCanceled: canceling statement"
    ):
        run_gate("indicators", url)
    assert query(url, "select count(*) from ops.gate_result where gate = 'indicators'") == [(0,)]
