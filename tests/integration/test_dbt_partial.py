"""Builds of a part, killed builds and news between them end, after one plain build, where a full refresh ends: row by row."""

from __future__ import annotations

import calendar
import datetime as dt
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stack.postgres import Postgres
from tests.integration.dbt_project import build_models, database, deliver, environment, prepare, query, respond, words

LAYERS = ("core", "indicators")
MODELS = ("--exclude", "path:models/fieldwork", "path:models/quality")
RANKS = ["Pengatur Muda (II/a)", "Pengatur (II/c)", "Penata (III/c)", "Pembina (IV/a)"]
MONTHS = [dt.date(2023 + n // 12, n % 12 + 1, calendar.monthrange(2023 + n // 12, n % 12 + 1)[1]) for n in range(26)]
SELECTIONS = [
    ("path:models/staging", "int_*"),
    ("path:models/core",),
    ("stg_hr__effective_delivery", "stg_hr__newest_delivery"),
    ("stg_hr__effective_delivery+1",),
    ("stg_hr__staff",),
    ("int_staff__person_period",),
    ("int_staff__snapshot+1",),
    ("int_staff__snapshot", "int_staff__run"),
    ("fct_headcount+1",),
    ("+fct_pay",),
    ("int_pay__year", "int_staff__year_tally", "int_staff__promotion_year"),
    ("+int_staff__year_tally",),
    ("path:models/indicators",),
    ("+fct_survey_response",),
    ("dim_grade", "stg_catalogue__grade"),
]


def people(dice: random.Random, month: dt.date) -> list[dict[str, Any]]:
    """A list of some fifty people, of whom few are the same twice."""
    return [
        {
            "period_date": month,
            "person_key": f"p{number}",
            "sex_code": dice.choice("PPLLL") if dice.random() < 0.05 else "PL"[number % 2],
            "rank_name": dice.choice(RANKS) if dice.random() < 0.2 else RANKS[number % 4],
            "unit_name": f"Unit {number % 3}",
            "salary": 100 + number + dice.randrange(3),
            "hire_date": dt.date(2015 + number % 7, 3, 1),
        }
        for number in range(60)
        if dice.random() < 0.9
    ]


def rows(url: str) -> dict[str, Counter[str]]:
    """Every table of core and indicators with its rows, each as one text."""
    tables = query(
        url,
        "select table_schema || '.' || table_name as name from information_schema.tables"
        " where table_schema = any(%s) and table_name not like '%%\\_\\_dbt\\_%%' order by 1",
        list(LAYERS),
    )
    return {
        table["name"]: Counter(
            row["line"] for row in query(url, f"select cast(line as text) as line from {table['name']} as line")
        )
        for table in tables
    }


def killed_build(url: str, target: Path, n_nodes: int) -> int:
    """A plain build that is killed once `n_nodes` nodes are noted as built; returns how many were by then."""
    noted = "select count(*)::int as n from ops.dbt_built where built_at > %s"
    [start] = query(url, "select clock_timestamp() as now")
    process = subprocess.Popen(
        [sys.executable, "-m", "dbt.cli.main", *words("run", target, *MODELS)],
        env=environment(url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and query(url, noted, start["now"])[0]["n"] < n_nodes:
        time.sleep(0.02)
    process.kill()
    process.wait()
    with psycopg.connect(url, autocommit=True) as connection:  # a server goes on with a statement whose client is gone
        connection.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    return query(url, noted, start["now"])[0]["n"]


class World:
    """A warehouse to which things happen, by seed."""

    def __init__(self, url: str, dice: random.Random) -> None:
        self.url, self.dice = url, dice
        self.months = list(MONTHS)
        self.late: list[dt.date] = []
        self.n_sent = 0
        self.n_answers = 0

    def send(self, month: dt.date) -> None:
        self.n_sent += 1
        deliver(self.url, "idn_imm", "IDN-IMM", people(self.dice, month), name=f"{self.n_sent}")

    def next_list(self) -> None:
        self.send(self.months.pop(0))

    def skipped_list(self) -> None:
        self.late.append(self.months.pop(0))
        self.next_list()

    def late_list(self) -> None:
        self.send(self.late.pop(0) if self.late else self.months.pop(0))

    def correction(self) -> None:
        self.send(self.dice.choice([month for month in MONTHS if month < self.months[0] and month not in self.late]))

    def list_taken_back(self) -> None:
        self.execute("delete from raw.hr_delivery_period where delivery_no = (select max(delivery_no) - 1 from raw.hr_delivery)")

    def answers(self) -> None:
        persons = [
            {"agency": "IDN-IMM", "gender": "woman" if n % 2 else "man", "grade_band": "junior", "promo_merit": n % 5 + 1}
            for n in range(12)
        ]
        respond(self.url, "workplace_culture", persons, first_id=self.n_answers + 1)
        self.n_answers += len(persons)

    def another_band_of_grades(self) -> None:
        self.execute(
            "update raw.catalogue_grade set grade_band = case grade_band when 'junior' then 'middle' else 'junior' end where grade = 3"
        )

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(statement)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dbt")


@pytest.fixture(scope="module")
def world(postgres: Postgres, target: Path) -> Iterator[World]:
    with database(postgres) as url:
        prepare(url)
        made = World(url, random.Random(17))
        for _ in range(13):
            made.next_list()
        made.answers()
        build_models(url, target, *MODELS)
        yield made


def test_a_model_that_a_selection_left_out_gets_the_month_in_the_next_build(world: World, target: Path) -> None:
    world.next_list()
    build_models(world.url, target, "--select", "path:models/staging", "int_*")
    build_models(world.url, target, "--select", "path:models/core")
    months = "select distinct period_date from core.{} where period_date = %s"
    newest = max(month for month in MONTHS if month < world.months[0])
    assert [len(query(world.url, months.format(table), newest)) for table in ("fct_headcount", "fct_pay")] == [1, 1]


# The kinds that three leave out: lists that are late, corrected or taken back are in test_dbt_incremental.py, answers in test_dbt_unchanged.py.
@pytest.mark.parametrize(("n_news", "n_kills"), [(3, 1), pytest.param(7, 2, marks=pytest.mark.long)])
def test_random_selections_kills_and_news_end_equal_to_a_full_refresh(
    world: World, target: Path, n_news: int, n_kills: int
) -> None:
    news: list[Callable[[], None]] = [
        world.next_list,
        world.skipped_list,
        world.late_list,
        world.correction,
        world.list_taken_back,
        world.answers,
        world.another_band_of_grades,
    ]
    world.dice.shuffle(news)
    n_noted = []
    for number, happens in enumerate(news[:n_news]):
        happens()
        build_models(world.url, target, "--select", *world.dice.choice(SELECTIONS))
        if number % 2:
            n_noted.append(killed_build(world.url, target, world.dice.randrange(1, 60)))
    assert len([n for n in n_noted if n]) >= n_kills
    build_models(world.url, target, *MODELS)
    found = rows(world.url)
    build_models(world.url, target, *MODELS, "--full-refresh")
    expected = rows(world.url)
    assert found.keys() == expected.keys() and sum(map(len, expected.values())) > 1000
    differing = {
        table: (sum((found[table] - expected[table]).values()), sum((expected[table] - found[table]).values()))
        for table in expected
        if found[table] != expected[table]
    }
    assert not differing, "rows too many and rows missing, by table"
