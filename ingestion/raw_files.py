"""Raw tables as Parquet files, `<folder>/<schema>/<table>/*.parquet`, for an engine that reads files.

Types keep their meaning, not their storage: numeric is a double, and JSON a text. Rows of staff files lie in one file a delivery, which
never changes unless its people are keyed anew; every other table is small, one file, written again. A file appears whole or not at all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import adbc_driver_postgresql.dbapi as adbc
import fsspec
import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from ingestion.hr.rows import RAW_COLUMNS
from parity.database import first_value
from parity.durable import make_folder, put_in_place

DELIVERED = {f"hr_{table}" for table in RAW_COLUMNS}
READ_AS = {"numeric": "double precision", "jsonb": "text"}


class RawFiles:
    """The folder, at any fsspec URL."""

    @classmethod
    def named(cls, url: str | None) -> RawFiles | None:
        """Those of the setting, None where there is none."""
        return cls(url) if url else None

    def __init__(self, url: str) -> None:
        self.fs, self.root = fsspec.url_to_fs(url)

    def names(self, table: str) -> set[str]:
        """The files of `table` ('schema.name')."""
        folder = self._folder(table)
        return {path.rsplit("/", 1)[-1] for path in self.fs.glob(f"{folder}/*.parquet")} if self.fs.exists(folder) else set()

    def is_whole(self, table: str, name: str) -> bool:
        """Whether a file has its end, which says where its columns lie: one that was cut short has none."""
        try:
            with self.fs.open(f"{self._folder(table)}/{name}", "rb") as file:
                pq.read_metadata(file)
        except (pa.ArrowInvalid, OSError):
            return False
        return True

    def remove(self, table: str, name: str) -> None:
        self.fs.rm(f"{self._folder(table)}/{name}")

    @contextmanager
    def writer(self, table: str, name: str, schema: pa.Schema) -> Iterator[pq.ParquetWriter]:
        """Where the batches of a file go; it replaces the one of its name once the block has ended without an error."""
        folder = self._folder(table)
        if not isinstance(self.fs, LocalFileSystem):  # an object is there at once or not at all, and cannot be renamed
            with tempfile.NamedTemporaryFile(prefix="parity-raw-") as copy:
                with pq.ParquetWriter(copy.name, schema, compression="zstd") as writer:
                    yield writer
                self.fs.put_file(copy.name, f"{folder}/{name}")
            return
        make_folder(Path(folder))
        hidden = Path(folder, f"_{name}.part")  # readers of the folder pass over such a name
        try:
            with pq.ParquetWriter(str(hidden), schema, compression="zstd") as writer:
                yield writer
            put_in_place(hidden, Path(folder, name))
        finally:
            hidden.unlink(missing_ok=True)

    def _folder(self, table: str) -> str:
        return f"{self.root}/{table.replace('.', '/')}"


def delivery_file(number: int, rekeyed_at: object = None) -> str:
    """The file of one delivery's rows under the keys that its people have now."""
    return f"delivery-{number:08}{f'-{rekeyed_at:%Y%m%dT%H%M%S%f}' if rekeyed_at else ''}.parquet"


def export(url: str, files: RawFiles, tables: Sequence[str]) -> dict[str, int]:
    """Bring the files of `tables` ('schema.name') in step with the warehouse at `url`, as of one moment.

    Returns the rows written, by table.
    """
    written = {}
    with adbc.connect(url) as reader, psycopg.connect(url) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        snapshot = first_value(connection.execute("select pg_export_snapshot()"))
        with reader.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read, read only")
            cursor.execute(f"set transaction snapshot '{snapshot}'")
        for table in tables:
            columns = _columns(connection, table)
            written[table] = 0
            wanted = _wanted(connection, table)
            present = files.names(table)
            for name, condition in wanted.items():
                if name not in present or not condition or not files.is_whole(table, name):
                    written[table] += _write(reader, files, table, name, columns, condition)
            for name in present - wanted.keys():
                files.remove(table, name)
        reader.rollback()
    return written


def _wanted(connection: psycopg.Connection, table: str) -> dict[str, str]:
    """File → the condition that its rows keep."""
    name = table.split(".")[1]
    if name not in DELIVERED:
        return {"all.parquet": ""}
    # A folder without a file tells no reader what its columns are.
    deliveries = connection.execute(
        f"select delivery_no, rekeyed_at from raw.hr_delivery where exists (select from {table} where {name}.delivery_no = hr_delivery.delivery_no)"  # nosec B608  # our own tables
    )
    found = {delivery_file(number, rekeyed): f"where delivery_no = {number}" for number, rekeyed in deliveries}
    return found or {"none.parquet": "where false"}


def _columns(connection: psycopg.Connection, table: str) -> Sequence[str]:
    """The table's columns, each read as a type that Parquet has."""
    found = connection.execute(
        "select attname, format_type(atttypid, null) from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped"
        " order by attnum",
        (table,),
    )
    return [f'cast("{name}" as {READ_AS[kind]}) as "{name}"' if kind in READ_AS else f'"{name}"' for name, kind in found]


def _write(reader: adbc.Connection, files: RawFiles, table: str, name: str, columns: Sequence[str], condition: str) -> int:
    rows = 0
    with reader.cursor() as cursor:
        cursor.execute(f"select {', '.join(columns)} from {table} {condition}")  # nosec B608  # names that PostgreSQL gave, numbers of deliveries
        batches = cursor.fetch_record_batch()
        with files.writer(table, name, batches.schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
                rows += batch.num_rows
    return rows
