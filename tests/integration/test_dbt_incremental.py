"""Lists that come one by one, late, corrected or under another contract make the same history as all of them at once."""

from __future__ import annotations

import calendar
import datetime as dt
import random
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingestion.hr.anew import stand_aside, take_place, to_load_anew
from parity.catalogue import load_catalogue
from stack.postgres import Postgres
from tests.integration.dbt_project import REPOSITORY, build, build_models, database, dbt, deliver, prepare, query

RANKS = ["Pengatur Muda (II/a)", "Pengatur (II/c)", "Penata (III/c)", "Pembina (IV/a)"]
MONTHS = [dt.date(2023 + n // 12, n % 12 + 1, calendar.monthrange(2023 + n // 12, n % 12 + 1)[1]) for n in range(14)]
TABLES = {
    "int_staff__person_period": "*",
    "int_staff__run": "*",
    "fct_headcount": "*",
    "fct_pay": "*",
    "int_staff__year_tally": "*",
    "int_pay__year": "*",
    "int_staff__promotion_year": "*",
    "int_staff__spell": "*",
    "int_staff__change": "*",
    "int_staff__flow": "*",
    "fct_staff_event": "*",
    "int_staff__reconciliation": "*",
}
LAYERS = ("--select", *(f"path:models/{part}" for part in ("staging/hr", "staging/catalogue", "core/dimensions", "core/staff")))
PEOPLE = ("--select", "+int_staff__person_period")


def staff(seed: int) -> dict[dt.date, list[dict[str, Any]]]:
    """Fourteen lists of some sixty people to whom things happen, some of them only on paper."""
    dice = random.Random(seed)
    lists: dict[dt.date, list[dict[str, Any]]] = {month: [] for month in MONTHS}
    for number in range(80):
        first, rank, unit = max(dice.randrange(-30, len(MONTHS)), 0), dice.randrange(3), dice.randrange(3)
        hired = MONTHS[first] - dt.timedelta(dice.randrange(0, 28)) if first else dt.date(2010, 1, 1)
        sex, gone = dice.choice("PPLLLL"), False
        for month in MONTHS[first:]:
            if gone and dice.random() < 0.7:
                continue
            gone = dice.random() < 0.03
            rank = min(max(rank + (dice.random() < 0.05) - (dice.random() < 0.01), 0), 3)
            unit = dice.randrange(3) if dice.random() < 0.03 else unit
            lists[month].append(
                {
                    "period_date": month,
                    "person_key": f"p{number}",
                    "sex_code": "" if dice.random() < 0.02 else sex,
                    "rank_name": RANKS[rank],
                    "unit_name": f"Unit {unit}",
                    "salary": 100 + number % 7 + 10 * rank,
                    "hire_date": hired if dice.random() < 0.98 else None,
                }
            )
    return lists


def tables(url: str) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: sorted((tuple(row.items()) for row in query(url, f"select {columns} from core.{table}")), key=repr)
        for table, columns in TABLES.items()
    }


def test_lists_one_by_one_late_and_corrected_equal_all_at_once(postgres: Postgres, tmp_path: Path) -> None:
    before, after = staff(1), staff(1)
    for row in after[MONTHS[4]][::3]:  # what is corrected later
        row["rank_name"], row["sex_code"] = RANKS[3], "P"
    after[MONTHS[4]] = after[MONTHS[4]][2:]
    other = [
        {**row, "sex_code": {"P": "Nữ", "L": "Nam", "": ""}[row["sex_code"]], "rank_name": None} for row in staff(2)[MONTHS[3]]
    ]

    def send(url: str, *months: int, lists=after, name: str = "") -> None:
        for month in months:
            deliver(url, "idn_imm", "IDN-IMM", lists[MONTHS[month]], name=f"{month}{name}")

    with database(postgres) as step_by_step, database(postgres) as at_once:
        prepare(step_by_step)
        prepare(at_once)
        send(step_by_step, *range(6), lists=before)
        build_models(step_by_step, tmp_path / "a", *LAYERS)
        send(step_by_step, 6, 7, 9)  # the eighth is late
        build_models(step_by_step, tmp_path / "a", *LAYERS)
        send(step_by_step, 10)
        deliver(step_by_step, "vnm_cus", "VNM-CUS", other)
        build_models(step_by_step, tmp_path / "a", *LAYERS)
        send(step_by_step, 8)
        send(step_by_step, 4, name=" corrected")
        build_models(step_by_step, tmp_path / "a", *LAYERS)
        send(step_by_step, 11, 12, 13)
        build_models(step_by_step, tmp_path / "a", *LAYERS)
        send(at_once, *range(14))
        deliver(at_once, "vnm_cus", "VNM-CUS", other)
        build_models(at_once, tmp_path / "b", *LAYERS)
        found, expected = tables(step_by_step), tables(at_once)
        for table in TABLES:
            assert found[table] == expected[table], table
        assert len({row[5] for row in expected["fct_staff_event"]}) > 3

        # Another meaning of a code makes everything of its contract again, and a delivery that is taken back is gone.
        for url in (step_by_step, at_once):
            with psycopg.connect(url) as connection:
                connection.execute(
                    "update raw.catalogue_rank set grade = 8 where contract = 'idn_imm' and rank_name = %s", (RANKS[3],)
                )
                connection.execute("update raw.catalogue_hr_contract set mapping_hash = 'new' where contract = 'idn_imm'")
                connection.execute("delete from raw.hr_delivery_period where agency_code = 'VNM-CUS'")
        build_models(step_by_step, tmp_path / "a", *LAYERS)
        build_models(at_once, tmp_path / "b", *LAYERS, "--full-refresh")
        found, expected = tables(step_by_step), tables(at_once)
        for table in TABLES:
            assert found[table] == expected[table], table
        grades = {row["grade"] for row in query(step_by_step, "select distinct grade from core.fct_headcount where grade > 6")}
        assert grades == {8}


def test_a_held_list_that_is_replaced_leaves_nothing_of_itself(postgres: Postgres, tmp_path: Path) -> None:
    """A wrong day, a month early, which the corrected contract reads as it is; the newest delivery counts here, so the held one was built."""
    lists = staff(5)
    wrong = [{**row, "period_date": MONTHS[5], "person_key": row["person_key"][1:]} for row in lists[MONTHS[6]]]
    with database(postgres) as url:
        prepare(url)
        for month in range(5):
            deliver(url, "idn_imm", "IDN-IMM", lists[MONTHS[month]], name=f"{month}")
        deliver(url, "idn_imm", "IDN-IMM", wrong, name="held")
        build_models(url, tmp_path, *LAYERS)
        people = "select count(*)::int as n from core.int_staff__person_period where period_date = %s"
        assert query(url, people, MONTHS[5])[0]["n"] > 0
        with psycopg.connect(url) as connection:
            connection.execute(
                "insert into raw.hr_continuity (delivery_no, agency_code, period_date, compared_no, compared_date, n_before, n_after, n_kept, n_come,"
                " n_gone, counts, outside, cause, is_held) values (6, 'IDN-IMM', %s, 5, %s, 1, 1, 0, 1, 1, '{}', '[]', '', true)",
                (MONTHS[5], MONTHS[4]),
            )
            [old] = to_load_anew(connection, load_catalogue(REPOSITORY / "catalogue").hr).values()
            stand_aside(connection, old)
        deliver(url, "idn_imm", "IDN-IMM", lists[MONTHS[6]], name="held")
        with psycopg.connect(url) as connection:
            take_place(connection, old, 7)
        build_models(url, tmp_path, *LAYERS)
        found = tables(url)
        assert query(url, people, MONTHS[5]) == [{"n": 0}] and query(url, people, MONTHS[6])[0]["n"] > 0
        build_models(url, tmp_path, *LAYERS, "--full-refresh")
        expected = tables(url)
        for table in TABLES:
            assert found[table] == expected[table], table


def test_a_run_without_news_makes_nothing_again(postgres: Postgres, tmp_path: Path) -> None:
    with database(postgres) as url:
        prepare(url)
        deliver(url, "idn_imm", "IDN-IMM", staff(3)[MONTHS[0]])
        build_models(url, tmp_path, *PEOPLE)
        places = "select ctid::text as place, period_date from core.int_staff__person_period order by 1"
        first = query(url, places)
        build_models(url, tmp_path, *PEOPLE)
        assert first and query(url, places) == first


def test_what_is_wrong_on_an_old_list_is_still_told_when_a_new_one_comes(postgres: Postgres, tmp_path: Path) -> None:
    lists = staff(4)
    lists[MONTHS[0]][0]["rank_name"] = "Rank of another country"
    with database(postgres) as url:
        prepare(url)
        for number, month in enumerate(MONTHS[:2]):
            deliver(url, "idn_imm", "IDN-IMM", lists[month], name=str(number))
            told = build(url, tmp_path, *LAYERS)
            assert "WARN 1 every_rank_of_a_list_is_in_its_contract" in told
            assert "PASS every_sex_code_of_a_list_is_in_its_contract" in told

        with psycopg.connect(url) as connection:
            connection.execute("update core.fct_pay set grade = 42 where pay_id = (select min(pay_id) from core.fct_pay)")
            connection.execute("delete from ops.dbt_built where node like 'test.%every_key_of_pay%'")
        with pytest.raises(AssertionError, match="FAIL 1 every_key_of_pay_stands_in_its_dimension"):
            dbt("test", url, tmp_path, "--select", "every_key_of_pay_stands_in_its_dimension")


def test_a_row_without_a_value_that_its_contract_asks_for_is_not_stored(postgres: Postgres, tmp_path: Path) -> None:
    with database(postgres) as url:
        prepare(url)
        deliver(url, "idn_imm", "IDN-IMM", staff(5)[MONTHS[0]])
        build_models(url, tmp_path, "--select", "+stg_hr__staff")
        with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.NotNullViolation):
            connection.execute("update staging.stg_hr__staff set gender = null")


def test_a_file_that_comes_again_after_its_correction_makes_its_lists_again(postgres: Postgres, tmp_path: Path) -> None:
    one, second = (staff(3)[MONTHS[month]] for month in (0, 1))
    who = second[0]["person_key"]
    first = [row for row in one + second if row["person_key"] != who]
    with database(postgres) as url:
        prepare(url)
        for number, rows in enumerate((first, second)):
            deliver(url, "idn_imm", "IDN-IMM", rows, name=str(number))
            dbt("run", url, tmp_path, "--select", "stg_hr__newest_delivery", "+int_staff__person_period")
        found = []
        for name in ("0", "1", "0"):
            with psycopg.connect(url) as connection:
                connection.execute(
                    "update raw.hr_delivery set delivered_again_at = clock_timestamp() where file_name = %s", (name,)
                )
            dbt("run", url, tmp_path, "--select", "stg_hr__newest_delivery", "+int_staff__person_period")
            newest = query(url, "select delivery_no from staging.stg_hr__newest_delivery order by period_date")
            people = query(url, "select count(*) as n from core.int_staff__person_period where person_key = %s", who)
            found.append(([row["delivery_no"] for row in newest], people[0]["n"]))
    assert found == [([1, 1], 0), ([1, 2], 1), ([1, 1], 0)]
