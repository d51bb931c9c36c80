"""The dictionary, the files and the tables of an export: units, code lists, types, and what an empty value looks like."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from dataclasses import dataclass

import pyarrow as pa
import pytest

from publication import tables
from publication.dictionary import Code, code_list, code_lists, unit_of
from publication.files import write_whole
from publication.history import ReleaseError
from publication.seen import View
from tests.unit.publication.test_export import described


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("estimate", "as the column unit says"),
        ("value_at_due", "as the column unit says"),
        ("needed_per_year", "as the column unit says"),
        ("reference_value", "as the column reference_kind says"),
        ("response_rate_pct", "per cent"),
        ("n", ""),
        ("pct_text", ""),
    ],
)
def test_each_number_has_the_unit_that_its_row_or_its_name_says(column, unit):
    assert unit_of(column) == unit


@pytest.mark.parametrize(
    ("column", "kind", "columns", "name"),
    [
        ("gender", "text", (), "CL_GENDER"),
        ("agency_code", "text", (), "CL_AGENCY"),
        ("composite_id", "text", ("composite_name",), "CL_COMPOSITE_ID"),
        ("composite_id", "text", (), ""),
        ("scenario", "text", ("scenario_label",), "CL_SCENARIO"),
        ("agency_name", "text", ("agency_name", "agency_code"), ""),
        ("scenario_label", "text", ("scenario_label", "scenario"), ""),
        ("period_year", "integer", (), ""),
        ("domain_code", "integer", ("domain_name",), ""),
        ("quality_flag", "text", ("quality_flag",), ""),
    ],
)
def test_keys_codes_and_what_has_words_in_another_column_have_a_list(column, kind, columns, name):
    assert code_list(column, kind, columns) == name


def test_a_list_holds_each_code_of_all_views_once_in_order_and_no_missing_one():
    first = View(
        "a", (("scenario", "text"), ("scenario_label", "text")), (("b", "B first"), ("a", "A"), (None, "none"), ("b", "B again"))
    )
    second = View("b", (("scenario", "text"), ("gender", "text")), (("c", "woman"), ("b", None)))
    assert code_lists([first, second]) == [
        Code("CL_GENDER", "woman", "woman"),
        Code("CL_SCENARIO", "a", "A"),
        Code("CL_SCENARIO", "b", "B first"),
    ]  # fmt: skip


def test_numbers_days_and_times_keep_their_type():
    at = dt.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=dt.UTC)
    shown = View(
        "indicator",
        (("n", "integer"), ("id", "bigint"), ("estimate", "double precision"), ("is_new", "boolean"), ("day", "date"), ("at", "timestamp with time zone")),
        ((1, 2**40, 0.1, True, dt.date(2026, 1, 2), at),),
    )  # fmt: skip
    content = tables.table(shown, described(shown))
    assert content.schema.types == [
        pa.int32(), pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("us", tz="UTC"),
    ]  # fmt: skip
    assert content.to_pylist() == [{"n": 1, "id": 2**40, "estimate": 0.1, "is_new": True, "day": dt.date(2026, 1, 2), "at": at}]


def test_the_dictionary_of_a_view_describes_it_and_not_another_of_the_same_columns():
    one, other = View("one", (("response_rate_pct", "integer"),), ()), View("other", (("response_rate_pct", "integer"),), ())
    about = [column for column in described(other, one)]
    field = tables.table(one, [column if column.table == "one" else _otherwise(column) for column in about]).schema.field(0)
    assert field.metadata == {b"description": b"what response_rate_pct means", b"unit": b"per cent"}


def _otherwise(column):
    return type(column)(column.table, column.column, column.type, "otherwise", "otherwise", "")


@dataclass(frozen=True)
class Record:
    name: str
    words: str


def test_records_become_rows_of_text_and_a_missing_value_differs_from_an_empty_text():
    content = tables.of_records([Record("a", "ü, b"), Record("", None)], Record)
    assert content.schema.types == [pa.string(), pa.string()]
    assert tables.as_csv(content).decode() == '"name","words"\n"a","ü, b"\n"",\n'


def test_parquet_is_compressed():
    content = tables.of_records([Record("a" * 1000, "b" * 1000)] * 100, Record)
    file = pa.parquet.ParquetFile(pa.BufferReader(tables.as_parquet(content)))
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_files_are_written_aside_in_the_same_folder_and_to_the_disk_before_they_appear(tmp_path, monkeypatch):
    """A temporary folder elsewhere may lie on another disk, from which nothing can be moved in one step."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    steps = []
    move, sync = os.replace, os.fsync

    def moved(old, new):
        steps.append("appears")
        assert [path.name.startswith(".") for path in (tmp_path / "out").iterdir() if path.is_dir()] == [True]
        move(old, new)

    monkeypatch.setattr(os, "replace", moved)
    monkeypatch.setattr(os, "fsync", lambda number: (steps.append("on disk"), sync(number)))
    write_whole(tmp_path / "out", {"x.csv": b"1" * 100_000, "y.csv": b"2"})
    assert steps == ["on disk", "appears", "on disk"] * 2  # the file, its name, and the folder that holds the name
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {"x.csv": b"1" * 100_000, "y.csv": b"2"}


def test_a_new_file_is_written_beside_those_that_are_there_and_these_are_left_alone(tmp_path):
    write_whole(tmp_path, {"x.csv": b"1"})
    before = (tmp_path / "x.csv").stat().st_mtime_ns
    paths = write_whole(tmp_path, {"x.csv": b"1", "y.csv": b"2"})
    assert [path.name for path in paths] == ["x.csv", "y.csv"] and (tmp_path / "y.csv").read_bytes() == b"2"
    assert (tmp_path / "x.csv").stat().st_mtime_ns == before


def test_folders_that_are_not_there_are_made_with_those_above(tmp_path):
    [path] = write_whole(tmp_path / "a" / "b", {"x.csv": b"1"})
    assert path.read_bytes() == b"1"


def test_a_folder_that_is_a_file_is_named_with_the_reason(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ReleaseError, match=r"/file: File exists\. Name a folder"):
        write_whole(tmp_path / "file", {"x.csv": b"1"})
