"""The fix list on hand-made deliveries: what is to be mended, in the order of what it does to the indicators. Numbers are worked out by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import psycopg
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from cli.main import app
from ingestion.warehouse import copy_rows
from publication.layers import copy_layer
from publication.readers import Readers
from stack.postgres import Postgres
from tests.integration.dbt_project import REPOSITORY, build_models, database, deliver, prepare, query
from tests.integration.dbt_registers import deliver_register
from tests.integration.test_dbt_staff import LONG_AGO, on_lists

G3, G7 = "Pengatur Tk. I (II/d)", "Pembina (IV/a)"
JUNE, JULY = (2024, 6), (2024, 7)


def staff(n: int, sex: str, rank: str, first=JUNE, last=JUNE, name: str = "p"):
    return [
        row for k in range(n) for row in on_lists(f"{name}{sex}{rank}{k}", sex, first, last, rank_name=rank, hire_date=LONG_AGO)
    ]


MOSTLY_UNKNOWN = [
    *[row for k in range(9) for row in on_lists(f"u{k}", "", JUNE, JUNE, hire_date=LONG_AGO)],
    *on_lists("w", "Nữ", JUNE, JUNE, hire_date=LONG_AGO),
]


@pytest.fixture(scope="module")
def built(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with database(postgres) as url:
        prepare(url)
        # 30 people: 8 women and 12 men of a grade, 4 women and 2 men without a rank, 4 of no known sex.
        june = [
            *staff(6, "P", G3), *staff(2, "P", G7), *staff(10, "L", G3), *staff(2, "L", G7), *staff(4, "P", "", name="n"),
            *staff(2, "L", "", name="n"), *staff(4, "", G3),
        ]  # fmt: skip
        deliver(url, "idn_imm", "IDN-IMM", june, name="june")
        july = [{**row, "period_date": dt.date(2024, 7, 31)} for row in june]
        lost, new = july[:1], on_lists("late", "L", JULY, JULY, rank_name=G3, hire_date=LONG_AGO)
        deliver(url, "idn_imm", "IDN-IMM", july[1:] + new, name="july")
        deliver(
            url,
            "idn_imm",
            "IDN-IMM",
            [{**row, "period_date": dt.date(2024, 8, 31)} for row in [*lost, *july[1:], *new]],
            name="august",
        )
        deliver(url, "vnm_cus", "VNM-CUS", MOSTLY_UNKNOWN)
        deliver_register(
            url,
            "idn_imm_complaints",
            "IDN-IMM",
            "complaint",
            [{"period_date": dt.date(2024, 8, 31), "complaint_code": "Lainnya", "opened_date": dt.date(2024, 8, 1)}],
        )
        with psycopg.connect(url) as connection:
            columns = ("delivery_no", "file", "sheet", "row_no", "column_name", "rule", "value_class")
            rows = [(1, "june", None, n, "TMT", "not a date", "text") for n in range(2)]
            rows += [(1, "june", None, 10 + n, "JK", "code not in the contract", "text") for n in range(6)]
            rows += [(5, "complaints", None, 9, "Jenis Pengaduan", "not a date", "text")]
            copy_rows(connection, "quarantine.hr_row", columns, rows)
            connection.execute("insert into quarantine.hr_unknown_code values (1, 'JK', 'W', 6)")
        build_models(url, tmp_path_factory.mktemp("dbt"))
        yield url


def fixes(url: str, delivery: int) -> list[tuple]:
    rows = query(
        url,
        "select place, issue, detail, n_rows, indicator_code, effect_points from quality.quality__fix where delivery_no = %s order by place",
        delivery,
    )
    return [tuple(row.values()) for row in rows]


def test_what_moves_an_indicator_most_stands_first(built: str) -> None:
    found = fixes(built, 1)
    # Command grades: 2 women of 4; with 4 women more 6 of 8, with 2 men more 2 of 6.
    assert found[0][1:5] == ("rank not known", "no rank, or one without a grade", 6, "PRO-01")
    assert found[0][5] == pytest.approx(100 * (6 / 8 - 2 / 6))
    assert found[1][1:5] == ("code not in the contract", "W", 6, "REP-01")
    assert found[1][5] == pytest.approx(100 * 6 / 36)
    assert found[2][1:5] == ("sex not known", "missing, not stated or redacted", 4, "REP-01")
    assert found[2][5] == pytest.approx(100 * 4 / 30)
    assert found[3][1:5] == ("row quarantined", "not a date", 2, "REP-01")
    assert found[3][5] == pytest.approx(100 * 2 / 32)
    assert [row[0] for row in found] == [1, 2, 3, 4]


def test_people_missing_from_a_list_and_late_rows_are_told_for_the_list_that_shows_it(built: str) -> None:
    by_issue = {row[1]: row for row in fixes(built, 2)}
    # One of 30 people, as if she had left: 1 in 30 person-years.
    assert by_issue["missing from the list"][3:5] == (1, "RET-01")
    assert by_issue["missing from the list"][5] == pytest.approx(100 / 30)
    # No hire in July; the late row may be one, of a man: the share is then 0 of 1, else nothing.
    assert by_issue["late row"][3:5] == (1, "REC-02")
    assert "missing from the list" not in {row[1] for row in fixes(built, 3)}


def test_a_register_takes_no_fault_of_the_staff_list_of_its_month_and_bears_its_own(built: str) -> None:
    """Complaints of August came last; the list of August stays the file of its own faults."""
    rows = query(built, "select contract, issue, indicator_code, effect_points from quality.quality__fix where delivery_no = 5")
    assert [tuple(row.values()) for row in rows] == [("idn_imm_complaints", "row quarantined", "HAR-05", 0)]
    assert {row["contract"] for row in query(built, "select contract from quality.quality__fix where delivery_no = 3")} == {
        "idn_imm"
    }


def test_every_fault_says_what_to_do(built: str) -> None:
    faults = query(built, "select * from quality.quality__fix")
    assert faults
    for row in faults:
        assert row["remedy"].endswith(".") and row["file_name"] and row["first_period"]


def test_a_share_of_which_most_is_not_known_is_not_available(built: str) -> None:
    """One woman of ten, nine without a known sex: neither 100 % nor 0 %, and in no total."""
    rows = query(
        built,
        "select agency_code, estimate, n, unavailable_reason from indicators.fct_indicator"
        " where indicator_code = 'REP-01' and agency_type = 'customs'",
    )
    reason = "not available: needs staff lists with sex"
    assert rows == [{"agency_code": "VNM-CUS", "estimate": None, "n": 0, "unavailable_reason": reason}]
    assert query(built, "select count(*)::int as n from indicators.fct_indicator where agency_code = 'IDN-IMM'")[0]["n"] > 0
    [fix] = query(
        built, "select issue, n_rows, effect_points from quality.quality__fix where agency_code = 'VNM-CUS' and place = 1"
    )
    assert (fix["issue"], fix["n_rows"], fix["effect_points"]) == ("sex not known", 9, pytest.approx(90))


def test_those_who_talk_to_agencies_see_the_list_without_counts_by_sex(built: str, postgres: Postgres) -> None:
    catalogue = REPOSITORY / "catalogue"
    with database(postgres) as url:
        for _ in range(2):
            copy_layer(built, Readers(url, "postgres"), "quality", catalogue)
        rows = query(
            url,
            "select place, issue, detail, n_rows, effect_points from quality.quality__fix where delivery_no = 1 order by place",
        )
        assert [tuple(row.values()) for row in rows] == [
            (1, "rank not known", "no rank, or one without a grade", 5, None),
            (2, "code not in the contract", None, 5, 15.0),
            (3, "sex not known", "missing, not stated or redacted", None, None),
            (4, "row quarantined", "not a date", None, None),
        ]
        [customs] = query(
            url, "select n_rows, effect_points from quality.quality__fix where agency_code = 'VNM-CUS' and place = 1"
        )
        assert customs == {"n_rows": 10, "effect_points": 90.0}


def test_the_list_is_written_for_the_agency_as_a_workbook(built: str, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", built)
    out = tmp_path / "fixes.xlsx"
    done = CliRunner().invoke(app, ["hr", "fixes", "--agency", "IDN-IMM", "--delivery", "1", "--output", str(out)])
    assert done.exit_code == 0, done.output
    rows = CalamineWorkbook.from_path(str(out)).get_sheet_by_name("IDN-IMM 1").to_python()
    assert [(row[0], row[1]) for row in rows[4:]] == [
        (1, "rank not known"),
        (2, "code not in the contract"),
        (3, "sex not known"),
        (4, "row quarantined"),
    ]
    said = json.loads(CliRunner().invoke(app, ["hr", "fixes", "--json"]).output)
    assert {fix["delivery_no"] for fix in said["fixes"]} == {3, 4, 5}  # the newest of each contract


def test_before_the_first_build_the_command_says_what_to_run(warehouse: str, monkeypatch) -> None:
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)
    done = CliRunner().invoke(app, ["hr", "fixes"])
    assert done.exit_code == 3 and "let the DAG `build_warehouse` run first" in done.output
