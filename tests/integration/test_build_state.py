"""A build whose inputs are those of the last complete build is skipped, and no other."""

from __future__ import annotations

import datetime as dt
import shutil

import psycopg
import pytest

from parity.build_state import ROOMS, inputs_version, is_unchanged, remember
from parity.settings import REPOSITORY
from tests.integration.dbt_project import build, deliver, prepare, query, respond
from tests.integration.gate_sources import catalogue_with, entry

LIST = [{"period_date": "2025-12-31", "person_key": f"p{number}", "sex_code": "F"} for number in range(30)]


def version(url, **folders):
    with psycopg.connect(url) as connection:
        return inputs_version(connection, **folders)


def unchanged(url, name):
    with psycopg.connect(url) as connection:
        return is_unchanged(connection, name)


def complete(url, name):
    with psycopg.connect(url) as connection:
        remember(connection, name)


@pytest.fixture
def filled(warehouse):
    prepare(warehouse)
    deliver(warehouse, "tha_pol", "THA-POL", LIST)
    respond(warehouse, "workplace_culture", [{"agency": "THA-POL", "q": "1"}])
    return warehouse


def test_the_version_changes_with_each_kind_of_input_and_comes_back_with_it(filled):
    seen = [version(filled)]
    assert version(filled) == seen[0]
    changes = [
        lambda: deliver(filled, "tha_pol", "THA-POL", [{**row, "period_date": "2026-12-31"} for row in LIST], "second"),
        lambda: deliver(filled, "tha_pol", "THA-POL", [{**row, "period_date": "2027-12-31"} for row in LIST], "third"),
        lambda: respond(filled, "workplace_culture", [{"agency": "THA-POL", "q": "2"}], first_id=2),
        lambda: respond(filled, "workplace_culture", [{"agency": "THA-POL", "q": "3"}], first_id=3),
        lambda: execute(filled, "delete from raw.kobo_submission where submission_id = 2"),
        lambda: execute(
            filled, "insert into raw.ref_population (iso3, year, sex, age, population) values ('THA', 2025, 'w', 'a', 1)"
        ),
        lambda: execute(filled, "update raw.ref_population set population = 2"),
    ]
    for change in changes:
        change()
        seen.append(version(filled))
    assert len(set(seen)) == len(changes) + 1


CURSOR = (
    "insert into ops.kobo_cursor (asset_uid, form, rights, n_live) values ('aworkplace_culture', 'workplace_culture', 'all', {n})"
    " on conflict (asset_uid) do update set n_live = excluded.n_live, history_at = cast(clock_timestamp() as text),"
    " synced_at = clock_timestamp(), scanned_at = clock_timestamp()"
)
POPULATION = "delete from raw.ref_population; insert into raw.ref_population (iso3, year, sex, age, population) values ('THA', 2025, 'w', 'a', {n})"


@pytest.mark.parametrize("load", [CURSOR, POPULATION], ids=["a form is synced", "a reference table is loaded"])
def test_a_night_that_brings_nothing_new_changes_nothing(filled, load):
    execute(filled, load.format(n=1))
    first = version(filled)
    for _ in range(2):
        execute(filled, load.format(n=1))
        assert version(filled) == first
    execute(filled, load.format(n=2))
    assert version(filled) != first


def execute(url, statement):
    with psycopg.connect(url) as connection:
        connection.execute(statement)


def test_the_version_changes_with_code_and_catalogue(filled, tmp_path):
    for room in ROOMS:
        shutil.copytree(REPOSITORY / room, tmp_path / room, ignore=shutil.ignore_patterns("target", "logs", "__pycache__"))
    before = version(filled, repository=tmp_path)
    for path in (
        "dbt/models/core/dimensions/dim_time.sql",
        "catalogue/disclosure.yml",
        "publication/candidate.py",
        "parity/catalogue/policy.py",
        "expectations/suites.py",
    ):
        original = (tmp_path / path).read_text()
        (tmp_path / path).write_text(original + "\n")
        assert version(filled, repository=tmp_path) != before, path
        (tmp_path / path).write_text(original)
    (tmp_path / "dbt" / "target").mkdir()
    (tmp_path / "dbt" / "target" / "manifest.json").touch()  # what dbt writes is no input
    assert version(filled, repository=tmp_path) == before


def test_only_a_complete_build_of_the_same_version_is_skipped(filled):
    first = version(filled)
    assert not unchanged(filled, first)
    complete(filled, first)
    assert unchanged(filled, first) and not unchanged(filled, "other")
    complete(filled, "other")
    assert not unchanged(filled, first) and unchanged(filled, "other")


def test_a_relation_that_is_gone_or_was_built_by_hand_is_no_complete_build(filled, tmp_path):
    build(filled, tmp_path, "--select", "dim_gender", "dim_grade", "stg_catalogue__gender", "stg_catalogue__grade")
    complete(filled, "v")
    assert unchanged(filled, "v")
    execute(filled, "drop table core.dim_gender cascade")
    assert not unchanged(filled, "v")
    build(filled, tmp_path, "--select", "dim_gender")
    assert not unchanged(filled, "v")  # it was built since
    complete(filled, "v")
    assert unchanged(filled, "v")
    assert query(filled, "select count(*) as n from ops.build") == [{"n": 1}]


def test_the_day_after_an_accepted_failure_ends_there_is_something_to_build(filled, tmp_path):
    catalogue = catalogue_with(tmp_path, entry("sex codes", "ExpectTableRowCountToEqual", "2026-12-31"))
    days = [dt.date(2026, 12, 30), dt.date(2026, 12, 31), dt.date(2027, 1, 1), dt.date(2027, 1, 2)]
    with psycopg.connect(filled) as connection:
        before, last, after, later = [inputs_version(connection, catalogue=catalogue, today=day) for day in days]
    assert before == last != after == later


def test_the_day_on_which_a_wave_closes_and_an_order_to_open_one_again_call_for_a_build(filled):
    days = [dt.date(2025, 12, 30), dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 1, 2)]
    execute(filled, "update raw.catalogue_survey_wave set last_day = '2025-12-30' where form = 'workplace_culture'")
    seen = [version(filled, today=day) for day in days]
    assert seen[0] != seen[1] != seen[2] == seen[3], "a wave is over, then a year, which is a wave where none is declared"
    for _ in range(2):
        execute(
            filled,
            "insert into ops.survey_wave_reopened (form, period_year, wave, reason, ordered_by) values ('f', 2025, 'w', 'r', 'me')",
        )
        seen.append(version(filled, today=days[-1]))
    assert len(set(seen[3:])) == 3
