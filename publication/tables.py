"""A view's rows as one Arrow table, which CSV and Parquet are written from. Parquet files carry the meaning of each column in its metadata."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from publication.dictionary import Column
from publication.history import ReleaseError
from publication.seen import View

ARROW = {
    "text": pa.string(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "double precision": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"),
}


def table(view: View, dictionary: Iterable[Column]) -> pa.Table:
    """Raises ReleaseError where a column has a type that no export was written for."""
    about = {column.column: column for column in dictionary if column.table == view.name}
    for name, kind in view.columns:
        if kind not in ARROW:
            raise ReleaseError(f"published.{view.name}.{name} is {kind}: say in publication/tables.py how it is exported.")
    schema = pa.schema(
        pa.field(name, ARROW[kind], metadata={"description": about[name].meaning, "unit": about[name].unit})
        for name, kind in view.columns
    )
    return pa.Table.from_pylist(list(view.records()), schema)


def of_records(records: Sequence[Any], kind: type) -> pa.Table:
    """Dataclasses of one kind, all of whose fields are text."""
    schema = pa.schema((field.name, pa.string()) for field in fields(kind))
    return pa.Table.from_pylist([asdict(record) for record in records], schema)


def as_csv(content: pa.Table) -> bytes:
    """UTF-8 with a header; a missing value is empty, an empty text is two quotes."""
    buffer = io.BytesIO()
    pyarrow.csv.write_csv(content, buffer)
    return buffer.getvalue()


def as_parquet(content: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(content, buffer, compression="zstd")
    return buffer.getvalue()
