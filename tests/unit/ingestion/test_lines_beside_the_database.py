"""The Parquet file beside the database: it takes every batch that has rows, and nothing of one that has none."""

import pyarrow.parquet as pq
import pytest

from ingestion.hr.block import NULL
from ingestion.hr.parquet_copy import parquet_copy, schema
from ingestion.raw_files import RawFiles


def line(table, **values):
    return ("\t".join(values.get(name, NULL) for name in schema(table).names) + "\n").encode()


def test_a_batch_without_a_good_row_is_passed_over_and_the_next_one_is_written(tmp_path):
    files = RawFiles(str(tmp_path))
    with parquet_copy(files, "staff", 7) as write:
        for lines in (b"", line("staff", unit_name="North", row_no="2"), memoryview(b""), line("staff", unit_name="South")):
            write(lines)
    [path] = tmp_path.rglob("*.parquet")
    assert pq.read_table(path).column("unit_name").to_pylist() == ["North", "South"]
    assert files.names("raw.hr_staff") == {path.name}


def test_without_a_folder_nothing_is_written(tmp_path):
    with parquet_copy(None, "staff", 7) as write:
        assert write(line("staff")) is None
    assert not [*tmp_path.iterdir()]


def test_a_delivery_that_fails_leaves_no_file(tmp_path):
    files = RawFiles(str(tmp_path))
    with pytest.raises(ValueError, match="cut off"), parquet_copy(files, "staff", 7) as write:
        write(line("staff", unit_name="North"))
        raise ValueError("cut off")
    assert files.names("raw.hr_staff") == set()


@pytest.mark.parametrize(("table", "column", "kind"), [
    ("staff", "birth_year", "int32"), ("staff", "hire_date", "date32[day]"), ("staff", "salary", "double"), ("staff", "sex_code", "string"),
    ("training", "hours", "double"), ("aggregate", "n_low", "int32"), ("aggregate", "n_high", "int32"), ("event", "row_no", "int32"),
    ("complaint", "closed_date", "date32[day]"), ("applicant", "delivery_no", "int32"),
])  # fmt: skip
def test_numbers_and_days_keep_their_kind(table, column, kind):
    assert str(schema(table).field(column).type) == kind
