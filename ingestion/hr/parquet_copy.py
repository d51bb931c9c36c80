"""A delivery's rows as a Parquet file. It is made from the same lines that COPY takes, so both hold the same rows.

The file appears with the last line, before the delivery is complete: one whose delivery fails is nobody's, and `raw_files.export` clears it away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from ingestion.hr.block import NULL
from ingestion.hr.rows import RAW_COLUMNS, START
from ingestion.raw_files import RawFiles, delivery_file

WHOLE, FRACTIONS = {"delivery_no", "row_no", "birth_year", "n_low", "n_high"}, {"salary", "hours"}
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
MEANS = {"n": "\n", "r": "\r", "t": "\t"}


@contextmanager
def parquet_copy(files: RawFiles | None, table: str, number: int) -> Iterator[Callable[[bytes | memoryview], None]]:
    """What takes the lines of delivery `number`, in the order of START and RAW_COLUMNS; without files, nothing happens."""
    if files is None:
        yield lambda lines: None
        return
    with files.writer(f"raw.hr_{table}", delivery_file(number), schema(table)) as writer:
        yield lambda lines: writer.write_table(read_lines(lines, table)) if len(lines) else None


def schema(table: str) -> pa.Schema:
    return pa.schema([(name, _type(name)) for name in (*START, *RAW_COLUMNS[table])])


def read_lines(lines: bytes | memoryview, table: str) -> pa.Table:
    """Lines for COPY as columns."""
    wanted = schema(table)
    found = csv.read_csv(
        pa.BufferReader(pa.py_buffer(lines)),
        csv.ReadOptions(column_names=wanted.names),
        csv.ParseOptions(delimiter="\t", quote_char=False, escape_char=False),
        csv.ConvertOptions(column_types=wanted, null_values=[NULL], strings_can_be_null=True),
    )
    for index, field in enumerate(wanted):
        if field.type == pa.string() and pc.any(pc.match_substring(found.column(index), "\\")).as_py():
            texts = [text and ESCAPED.sub(lambda m: MEANS.get(m[1], m[1]), text) for text in found.column(index).to_pylist()]
            found = found.set_column(index, field, pa.array(texts, pa.string()))
    return found


def _type(column: str) -> pa.DataType:
    if column in WHOLE:
        return pa.int32()
    if column.endswith("_date"):
        return pa.date32()
    return pa.float64() if column in FRACTIONS else pa.string()
