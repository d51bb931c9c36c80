"""Raw data as Parquet files: what the loader writes beside COPY, and what the exporter brings in step, against PostgreSQL's own rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from cli.main import app
from ingestion.hr.errors import FileRefused
from ingestion.hr.files import local_file
from ingestion.hr.keys import KeyRing
from ingestion.hr.load import load_file
from ingestion.hr.parquet_copy import schema
from ingestion.hr.rotate import rotate
from ingestion.hr.rows import RAW_COLUMNS
from ingestion.landing import Landing
from ingestion.raw_files import RawFiles, export
from parity.catalogue import HrContract
from parity.dbt_sources import source_tables
from tests.integration.dbt_project import REPOSITORY, prepare, query, respond
from tests.unit.ingestion.contracts import HEADER, contract

ABC = contract()
TABLES = source_tables(REPOSITORY / "dbt")
ROWS = [
    r"12/2023,1001,ANNA,F,Officer,North\South,01/02/2010,,1200.50",
    "12/2023,1002,BEN,M,Officer,,01/02/2010,,",
    "12/2023,1003,CLEO,M,Officer,North,01/02/2010,05/06/2023,900",
]


@pytest.fixture
def files(tmp_path: Path) -> RawFiles:
    return RawFiles(str(tmp_path / "raw"))


def load(url: str, folder: Path, files: RawFiles | None, *rows: str, the_contract: HrContract = ABC) -> None:
    path = folder / "staff.csv"
    path.write_text("\n".join([HEADER, *rows]))
    with psycopg.connect(url) as connection:
        file, landing, ring = local_file(the_contract, path), Landing(str(folder / "landing")), KeyRing(folder / "keys")
        load_file(connection, landing, the_contract, file, ring, files=files)


def rows_of(folder: Path, table: str) -> list[dict[str, Any]]:
    return pq.read_table(folder / "raw" / table.replace(".", "/")).to_pylist()


def in_warehouse(url: str, table: str) -> list[dict[str, Any]]:
    return query(url, f"select * from {table}")


def as_numbers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "salary": None if row["salary"] is None else float(row["salary"])} for row in rows]


def test_a_load_writes_the_same_rows_beside_and_the_exporter_has_nothing_to_add(
    warehouse: str, tmp_path: Path, files: RawFiles
) -> None:
    prepare(warehouse, catalogue=False)
    load(warehouse, tmp_path, files, *ROWS)
    expected = as_numbers(in_warehouse(warehouse, "raw.hr_staff"))
    assert [row["unit_name"] for row in expected] == ["North\\South", None, "North"]
    assert rows_of(tmp_path, "raw.hr_staff") == expected
    assert export(warehouse, files, TABLES)["raw.hr_staff"] == 0


def test_the_exporter_alone_writes_what_the_loader_would(warehouse: str, tmp_path: Path, files: RawFiles) -> None:
    prepare(warehouse, catalogue=False)
    load(warehouse, tmp_path, None, *ROWS)
    assert export(warehouse, files, TABLES)["raw.hr_staff"] == 3
    assert rows_of(tmp_path, "raw.hr_staff") == as_numbers(in_warehouse(warehouse, "raw.hr_staff"))


def test_every_source_of_dbt_has_a_folder_even_where_nothing_came(warehouse: str, tmp_path: Path, files: RawFiles) -> None:
    prepare(warehouse)
    respond(warehouse, "workplace_culture", [{"agency": "tha_pol", "respect": 4}])
    export(warehouse, files, TABLES)
    assert len(TABLES) > 10
    for table in TABLES:
        columns = query(warehouse, f"select * from {table} limit 1")
        found = rows_of(tmp_path, table)
        assert len(found) == query(warehouse, f"select count(*) as n from {table}")[0]["n"], table
        assert not columns or columns[0].keys() == found[0].keys(), table


@pytest.mark.parametrize("table", RAW_COLUMNS)
def test_loader_and_exporter_write_the_same_columns(warehouse: str, tmp_path: Path, files: RawFiles, table: str) -> None:
    prepare(warehouse, catalogue=False)
    export(warehouse, files, TABLES)
    exported = pq.read_table(tmp_path / "raw" / "raw" / f"hr_{table}").schema
    assert dict(zip(exported.names, exported.types, strict=True)) == {field.name: field.type for field in schema(table)}


def test_rows_that_are_taken_back_are_in_no_file(warehouse: str, tmp_path: Path, files: RawFiles) -> None:
    prepare(warehouse, catalogue=False)
    load(warehouse, tmp_path, files, *ROWS, ROWS[1].replace(",M,", ",F,"))
    export(warehouse, files, TABLES)
    expected = as_numbers(in_warehouse(warehouse, "raw.hr_staff"))
    assert [row["row_no"] for row in expected] == [2, 4] and rows_of(tmp_path, "raw.hr_staff") == expected


def test_a_refused_file_leaves_none(warehouse: str, tmp_path: Path, files: RawFiles) -> None:
    prepare(warehouse, catalogue=False)
    with pytest.raises(FileRefused):
        load(warehouse, tmp_path, files, *ROWS, "12/2023,1004,X,Z,Officer,,,,", the_contract=contract(max_bad_share=0.1))
    assert files.names("raw.hr_staff") == set()
    export(warehouse, files, TABLES)
    assert rows_of(tmp_path, "raw.hr_staff") == []


def test_a_rotated_key_replaces_the_file(warehouse: str, tmp_path: Path, files: RawFiles) -> None:
    prepare(warehouse, catalogue=False)
    load(warehouse, tmp_path, files, *ROWS)
    before = {row["person_key"] for row in rows_of(tmp_path, "raw.hr_staff")}
    with psycopg.connect(warehouse) as connection:
        rotate(connection, Landing(str(tmp_path / "landing")), {ABC.name: ABC}, KeyRing(tmp_path / "keys"), ABC.agency)
    assert export(warehouse, files, TABLES)["raw.hr_staff"] == 3
    after = {row["person_key"] for row in rows_of(tmp_path, "raw.hr_staff")}
    assert len(after) == 3 and not after & before
    assert after == {row["person_key"] for row in in_warehouse(warehouse, "raw.hr_staff")}


def test_the_command_brings_the_files_in_step(warehouse: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARITY_WAREHOUSE_URL", warehouse)
    monkeypatch.delenv("PARITY_RAW_PARQUET", raising=False)
    nowhere = CliRunner().invoke(app, ["raw", "export"])
    assert nowhere.exit_code == 2 and "PARITY_RAW_PARQUET" in nowhere.output
    prepare(warehouse)
    done = CliRunner().invoke(app, ["raw", "export", str(tmp_path / "raw")])
    assert done.exit_code == 0 and f"{len(TABLES)} tables are in step" in done.output
    assert len(rows_of(tmp_path, "raw.catalogue_grade")) == 9
