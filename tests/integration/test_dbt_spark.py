"""The same project on Spark, over the raw files that the loader and the exporter write: its indicators are PostgreSQL's."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ingestion.hr.files import local_file
from ingestion.hr.keys import KeyRing
from ingestion.hr.load import load_file
from ingestion.kobo.client import KoboClient
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing
from ingestion.raw_files import RawFiles, export
from ingestion.reference import load_reference
from parity.catalogue import load_catalogue
from parity.dbt_sources import source_tables
from sandbox.kobo_standin.app import create_app
from sandbox.samples.generate import generate
from stack.postgres import Postgres
from tests.integration.dbt_project import REPOSITORY, build_models, database, deliver, prepare, query
from tests.integration.kobo_server import serve
from tests.integration.spark_project import Spark, needs_spark

pytestmark = [needs_spark, pytest.mark.long, pytest.mark.timeout(2400)]
FORM, TOKEN = "workplace_culture", "b" * 40


@pytest.fixture(scope="module")
def both(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Spark]]:
    """The sample sources, a tenth of their size, built by either engine."""
    folder = tmp_path_factory.mktemp("spark")
    files = RawFiles(str(folder / "raw"))
    spark = Spark(folder / "home", folder / "raw")
    with database(postgres) as url:
        prepare(url)
        load_samples(url, folder, files)
        deliver_pay(url)
        build_models(url, folder / "postgres")
        export(url, files, source_tables(REPOSITORY / "dbt"))
        spark.build()
        yield url, spark


def load_samples(url: str, folder: Path, files: RawFiles) -> None:
    catalogue = load_catalogue(REPOSITORY / "catalogue")
    samples = folder / "samples"
    generate(samples, catalogue, REPOSITORY / "catalogue", seed=7, size=0.1)
    landing, ring = Landing(str(folder / "landing")), KeyRing(folder / "keys")
    with psycopg.connect(url) as connection:
        for path in sorted((samples / "drop").glob("*/*/*")):
            kind, name = path.relative_to(samples / "drop").parts[:2]
            if kind == "hr":
                contract = catalogue.hr[name]
                load_file(connection, landing, contract, local_file(contract, path), ring, files=files)
            else:
                load_reference(connection, landing, catalogue.reference[name], path)
            connection.commit()
        app = create_app(folder / "kobo.sqlite", TOKEN)
        app.state.store.seed(samples / "kobo" / FORM)
        with serve(app) as server:
            sync_form(KoboClient(server, TOKEN), catalogue.kobo[FORM], landing, connection)


def deliver_pay(url: str) -> None:
    """Two lists that say what people are paid, which the samples do not; the exporter alone brings them into the files."""
    contract = load_catalogue(REPOSITORY / "catalogue").hr["vnm_cus"]
    rank = {entry.grade: entry.name for entry in contract.ranks}
    code = {gender: code for code, gender in contract.sex_codes.items()}
    deliver(
        url,
        contract.name,
        contract.agency,
        (
            {
                "period_date": day,
                "person_key": f"paid-{n}",
                "sex_code": code["woman" if n % 4 == 0 else "man"],
                "rank_name": rank[min(9, n % 9 + 1 + (day.year - 2015) * (n % 11 == 0))],
                "salary": 1000 + 123.45 * (n % 9) + n % 17,
            }
            for day in (dt.date(2015, 12, 31), dt.date(2016, 12, 31))
            for n in range(300)
        ),
    )


def same(left: Any, right: Any) -> bool:
    """Words alike, numbers to the ninth digit; a standard error of nothing is 0 or the noise of its last digit."""
    if isinstance(left, float | int) and isinstance(right, float | int) and not isinstance(left, bool):
        return left == pytest.approx(right, rel=1e-9, abs=1e-12)
    return left == right


@pytest.mark.parametrize(
    ("table", "key"), [("indicators.fct_indicator", "cell_id"), ("indicators.ind_roadmap__progress", "roadmap_id")]
)
def test_row_for_row_the_engines_agree(both: tuple[str, Spark], table: str, key: str) -> None:
    url, spark = both
    expected = {row[key]: row for row in query(url, f"select * from {table}")}
    found = {row[key]: row for row in spark.table(table)}
    assert found.keys() == expected.keys() and len(expected) > 5
    differ = [
        (name, expected[cell][name], found[cell][name])
        for cell in expected
        for name in expected[cell]
        if not same(expected[cell][name], found[cell][name])
    ]
    assert not differ, differ[:20]


def test_the_cells_compared_are_of_every_source(both: tuple[str, Spark]) -> None:
    _, spark = both
    shown = {row["indicator_code"] for row in spark.table("indicators.fct_indicator") if row["estimate"] is not None}
    assert {"REP-01", "REP-04", "REC-02", "RET-01", "PRO-04", "PRO-07", "CUL-01", "VIC-01", "VIC-04"} <= shown


@pytest.mark.parametrize("schema", ["core", "fieldwork", "quality", "indicators"])
def test_no_table_has_other_rows(both: tuple[str, Spark], schema: str) -> None:
    url, spark = both
    tables = [row["tablename"] for row in query(url, "select tablename from pg_tables where schemaname = %s", schema)]
    counts = {table: query(url, f"select count(*) as n from {schema}.{table}")[0]["n"] for table in tables}
    assert counts == {table: len(spark.table(f"{schema}.{table}")) for table in tables} and tables


def test_a_sum_keeps_its_digits_whatever_their_size(both: tuple[str, Spark]) -> None:
    _, spark = both
    rng = random.Random(5)
    sets = {
        size: [rng.uniform(-1, 3) * 10.0**size * 10 ** rng.uniform(-4, 0) for _ in range(40)] for size in (-22, -9, -1, 6, 19)
    }
    rows = ", ".join(f"({size}, cast('{value!r}' as double))" for size, values in sets.items() for value in values)
    found = spark.show(f"select size, {{{{ exact_sum('value') }}}} as total from values {rows} as t (size, value) group by size")
    assert {row["size"]: row["total"] for row in found} == pytest.approx(
        {size: math.fsum(values) for size, values in sets.items()}, rel=1e-12, abs=0
    )
