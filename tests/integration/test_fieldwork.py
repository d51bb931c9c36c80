"""The fieldwork tables on hand-made submissions, every number worked out here, and what `parity kobo flag` may do about them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from cli.main import app
from parity.catalogue.access import load_access
from publication.layers import copy_layer
from publication.readers import Readers
from stack.postgres import Postgres
from tests.integration.dbt_project import REPOSITORY, build_models, database, deliver, prepare, query, respond

FORM = "workplace_culture"
ITEMS = ["respect", "included", "promo_merit", "promo_info", "ops_access", "train_access", "facilities", "safe_shift", "sup_balance",
         "wfc1", "wfc2", "wfc3", "pos"]  # fmt: skip


def person(number: int, agency: str, gender: str, **others: Any) -> dict[str, Any]:
    """Somebody whose thirteen scale answers are like nobody else's: the number, written with the digits 1 and 2."""
    digits = format(number, f"0{len(ITEMS)}b")
    return {"agency": agency, "gender": gender} | {item: int(bit) + 1 for item, bit in zip(ITEMS, digits, strict=True)} | others


# THA-POL: 30 men, 25 women, 2 of another gender. IDN-IMM: 40 men, 3 women. One who answers `respect` with 88, one with 99.
PEOPLE = [
    *(person(n, "THA-POL", "man") for n in range(1, 31)),
    *(person(n, "THA-POL", "woman") for n in range(31, 56)),
    *(person(n, "THA-POL", "other") for n in range(56, 58)),
    *(person(n, "IDN-IMM", "man") for n in range(58, 98)),
    *(person(n, "IDN-IMM", "woman") for n in range(98, 101)),
]
PEOPLE[0]["respect"], PEOPLE[1]["respect"] = 88, 99
del PEOPLE[2]["respect"]
STRAIGHT, COPY, LATE_COPY = 101, 102, 103
EXTRA = [
    {"agency": "THA-POL", "gender": "man"} | dict.fromkeys(ITEMS, 4),
    person(5, "THA-POL", "man"),
    person(6, "THA-POL", "man"),
]
STAFF = [("tha_pol", "THA-POL", {"ช": 60, "ญ": 50}), ("idn_imm", "IDN-IMM", {"L": 80, "P": 6})]


def durations(url: str) -> None:
    """Submission n took 500 + n seconds; number 7 took 100 s, number 8 tells none. The median of all is 551 s."""
    with psycopg.connect(url) as connection:
        connection.execute("update raw.kobo_submission set duration_seconds = 500 + submission_id")
        connection.execute("update raw.kobo_submission set duration_seconds = 100 where submission_id = 7")
        connection.execute("update raw.kobo_submission set duration_seconds = null where submission_id = 8")
        day = "update raw.kobo_submission set submitted_at = timestamptz '2025-06-01 00:00Z' + %s * interval '1 day' where"
        connection.execute(f"{day} submission_id between 1 and 27", (0,))
        connection.execute(f"{day} submission_id between 28 and 57", (1,))
        connection.execute(f"{day} submission_id = any(%s)", (3, [LATE_COPY]))
        connection.execute("update raw.kobo_submission set version_uid = case when submission_id <= 20 then 'v1' else 'v2' end")
        connection.execute("update raw.kobo_submission set version_uid = null where submission_id = 100")
        for number, version in enumerate(("v1", "v2"), 1):
            row = "insert into raw.kobo_form (asset_uid, form, version_uid, version_no, content) values (%s, %s, %s, %s, '{}')"
            connection.execute(row, (f"a{FORM}", FORM, version, number))
        status = "update raw.kobo_submission set validation_status = %s where submission_id = %s"
        connection.execute(status, ("validation_status_on_hold", 10))
        connection.execute(status, ("validation_status_approved", 7))


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(postgres) as url:
        prepare(url)
        for contract, agency, staff in STAFF:
            rows = [
                {"person_key": f"{agency}{code}{n}", "sex_code": code, "period_date": "2024-12-31", "hire_date": "2010-01-01"}
                for code, total in staff.items()
                for n in range(total)
            ]
            deliver(url, contract, agency, rows)
        respond(url, FORM, [*PEOPLE, *EXTRA])
        durations(url)
        build_models(url, tmp_path_factory.mktemp("dbt"))
        yield url


def cells(url: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    rows = query(url, "select * from fieldwork.fieldwork__response")
    return {
        (row["agency_code"], row["gender"]): (row["is_masked"], row["n_staff"], row["n_respondents"], row["response_pct"])
        for row in rows
    }


def test_expected_against_received_hides_small_cells_and_what_would_give_them_away(built: str) -> None:
    found = cells(built)
    # THA-POL: the two of another gender are masked; alone they would follow from the agency's total, so women are masked with them.
    assert found["THA-POL", "man"] == (False, 60, 33, pytest.approx(55))
    assert found["THA-POL", "woman"] == (True, None, None, None)
    assert found["THA-POL", "other"] == (True, None, None, None)
    # IDN-IMM: 3 women answered; men are the next smallest, and the only other cell.
    assert found["IDN-IMM", "woman"] == found["IDN-IMM", "man"] == (True, None, None, None)


def test_each_rule_flags_whom_it_should_and_nobody_else(built: str) -> None:
    rows = query(built, "select rule, submission_id, validation_status from fieldwork.fieldwork__flag order by 1, 2")
    # 100 s is under a third of 551 s. The copy of number 5 came within a day of it, that of number 6 did not.
    assert [(row["rule"], row["submission_id"]) for row in rows] == [
        ("duplicate", COPY),
        ("speeder", 7),
        ("straight_line", STRAIGHT),
    ]
    assert rows[1]["validation_status"] == "validation_status_approved"


def test_pace_goes_up_in_steps_of_five(built: str) -> None:
    rows = query(built, "select day::text, n_to_date from fieldwork.fieldwork__pace where agency_code = 'THA-POL' order by day")
    # 27 on the first day with the two of EXTRA that share it, 30 more on the second, one on the fourth: 29, 59, 60.
    assert [tuple(row.values()) for row in rows] == [("2025-06-01", 25), ("2025-06-02", 55), ("2025-06-04", 60)]


def test_completion_times_are_the_centiles_of_those_timed(built: str) -> None:
    [row] = query(built, "select * from fieldwork.fieldwork__completion where agency_code = 'THA-POL'")
    assert row["n_timed"] == 59  # sixty, less number 8
    # 100, 501–506, 509–557, 601–603: the 30th of 59 is 509 + 22
    assert row["median_seconds"] == 531
    assert query(built, "select 1 from fieldwork.fieldwork__completion where agency_code = 'IDN-IMM'") == []


def test_missing_answers_are_told_by_kind(built: str) -> None:
    [row] = query(built, "select * from fieldwork.fieldwork__item_missing where item = 'respect'")
    assert row["n_respondents"] == 103
    each = pytest.approx(100 / 103)
    assert (row["absent_pct"], row["dont_know_pct"], row["prefer_not_pct"]) == (each, each, each)


def test_versions_and_states_are_counted(built: str) -> None:
    versions = query(built, "select version_uid, version_no, n_submissions from fieldwork.fieldwork__version order by 1")
    assert [tuple(row.values()) for row in versions] == [("missing", None, 1), ("v1", 1, 20), ("v2", 2, 82)]
    [state] = query(built, "select * from fieldwork.fieldwork__state")
    told = ("n_present", "n_on_hold", "n_approved", "n_undecided", "n_speeders", "n_straight_lines", "n_duplicates", "n_resent")
    assert [state[name] for name in told] == [103, 1, 1, 101, 1, 1, 1, 0]


def test_the_command_shows_the_tables_and_names_what_is_missing(built: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", built)
    shown = CliRunner().invoke(app, ["kobo", "fieldwork"])
    assert shown.exit_code == 0 and "expected against received" in shown.stdout and "straight lines" in shown.stdout
    found = json.loads(CliRunner().invoke(app, ["kobo", "fieldwork", "--json"]).stdout)
    assert found["state"][0]["n_present"] == 103 and len(found["response"]) == 5
    assert found["state"][0]["last_synced_at"] is None
    synced = "insert into ops.kobo_cursor (asset_uid, form, rights, n_live, synced_at) values ('aworkplace_culture', 'workplace_culture', 'all', 103, %s)"
    for day in ("2026-02-01", "2026-02-02"):  # without a build
        with psycopg.connect(built) as connection:
            connection.execute(synced + " on conflict (asset_uid) do update set synced_at = excluded.synced_at", (day,))
        shown = json.loads(CliRunner().invoke(app, ["kobo", "fieldwork", "--json"]).stdout)["state"][0]
        assert shown["last_synced_at"].startswith(day)
    empty = CliRunner().invoke(app, ["kobo", "fieldwork", "fevs_2018"])
    assert empty.exit_code == 3 and "parity kobo sync" in empty.stderr


def test_survey_teams_see_the_tables_of_a_build_and_of_the_next_masked(built: str, postgres: Postgres) -> None:
    catalogue = REPOSITORY / "catalogue"
    with database(postgres) as url:
        rows = copy_layer(built, Readers(url, "postgres"), "fieldwork", catalogue)
        assert set(rows) == set(load_access(catalogue).roles["fieldwork"].tables) and rows["fieldwork__response"] == 5
        response = query(url, "select * from fieldwork.fieldwork__response where agency_code = 'THA-POL' order by gender")
        told = [(row["gender"], row["is_masked"], row["n_staff"], row["n_respondents"]) for row in response]
        assert told == [("man", False, 60, 35), ("other", True, None, None), ("woman", True, None, None)]
        # 25, 55 and 60 to date, and 59 timed.
        pace = query(url, "select day::text, n_to_date from fieldwork.fieldwork__pace where agency_code = 'THA-POL' order by day")
        assert [tuple(row.values()) for row in pace] == [("2025-06-01", 25), ("2025-06-02", 55), ("2025-06-04", 60)]
        [timed] = query(url, "select n_timed, median_seconds from fieldwork.fieldwork__completion")
        assert timed == {"n_timed": 60, "median_seconds": 540}
        [item] = query(url, "select * from fieldwork.fieldwork__item_missing where item = 'respect'")
        assert (item["n_respondents"], item["prefer_not_pct"]) == (105, 0)  # one of 103 is told of in no way
        [state] = query(url, "select * from fieldwork.fieldwork__state")
        told = ("n_present", "n_undecided", "n_on_hold", "n_speeders", "n_resent")
        assert [state[name] for name in told] == [105, 100, None, None, 0]
        held = str([query(url, f"select t::text as t from fieldwork.{table} as t") for table in rows])
        prints = query(built, "select fingerprint from fieldwork.int_fieldwork__person")
        assert len(prints) == 103 and not [row for row in prints if row["fingerprint"] in held]
        # One answer of one person becomes `prefer not to say`: nothing that is shown moves.
        change = "update fieldwork.fieldwork__item_missing set prefer_not_pct = prefer_not_pct + %s"
        for points in (100 / 103, -100 / 103):
            with psycopg.connect(built) as connection:
                connection.execute(change, (points,))
            copy_layer(built, Readers(url, "postgres"), "fieldwork", catalogue)
            assert query(url, "select * from fieldwork.fieldwork__item_missing where item = 'respect'") == [item]


def test_no_release_reads_the_fieldwork_schema() -> None:
    folder = Path(__file__).resolve().parents[2]
    paths = [path for room in ("publication", "superset", "expectations") for path in (folder / room).rglob("*.py")]
    assert len(paths) > 50
    for path in paths:
        # The thresholds of fieldwork are a table of the catalogue, and no answers.
        text = path.read_text(encoding="utf-8").replace("raw.catalogue_fieldwork", "")
        assert "fieldwork" not in text, path
