"""The sheets of a workbook, read by a process of its own: `python -m ingestion.hr.sheets WANTED < workbook`.

A parser of spreadsheets can break in ways that Python cannot catch: a damaged file stops its process, a single cell at the far end of a
sheet claims all memory. Here that ends a child, which has limits, and the delivery is refused like any other.
"""

from __future__ import annotations

import contextlib
import gc
import io
import itertools
import json
import marshal
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Literal

from ingestion.hr.cells import from_spreadsheet

if TYPE_CHECKING:  # it would take the child longer to import than most workbooks to read
    import pyarrow as pa

MOST_COLUMNS = 1 << 14  # of a sheet of Excel
MAX_MEMORY, MAX_SECONDS = 3 << 30, 900  # a sheet of a million rows takes a third of either
HEAD, BATCH = 64, 10_000  # rows of the head of a sheet, which has its titles and header, and of the chunks that follow
CELL_END = "\x1f"
BROKEN = 65  # how the process ends where the workbook is at fault
MOST_SAID = 1 << 16  # bytes of an error that are looked at: it may quote the file
READER = [sys.executable, "-I", "-m", "ingestion.hr.sheets"]
Merged = tuple[tuple[int, int], tuple[int, int]]  # first and last (row, column) of a merged cell, counted from 0


class Unreadable(ValueError):
    """The workbook cannot be read; `is_too_large` where it asks for more memory or time than a staff list does."""

    def __init__(self, *, is_too_large: bool) -> None:
        super().__init__("too large" if is_too_large else "damaged")
        self.is_too_large = is_too_large


@dataclass(frozen=True)
class Sheet:
    """Its first rows are the `head`, the others follow in `columns` of text, in chunks, to be read before the next sheet."""

    title: str
    is_visible: bool
    merged: list[Merged]
    head: list[list[str]]
    columns: Iterator[pa.Table]


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    """The end of a pipe that Popen was asked for."""
    if end is None:
        raise ValueError("no pipe was asked for")
    return end


class Sheets:
    """The worksheets of an open workbook that are wanted, as an iterator, behind `titles()`. A context manager."""

    def __init__(self, file: BinaryIO, wanted: list[str] | Literal["*"]) -> None:
        # A pipe that nobody empties would stop the process, however long it waits. It is closed in __exit__.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        self._process = subprocess.Popen(
            [*READER, json.dumps(wanted)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={"RUST_BACKTRACE": "0", "PYTHONIOENCODING": "utf-8"},
        )
        wanted_here = _pipe(self._process.stdin)
        self._said = _pipe(self._process.stdout)
        try:
            with contextlib.suppress(BrokenPipeError), wanted_here:
                shutil.copyfileobj(file, wanted_here, 1 << 20)
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> Sheets:
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.kill()
        self._process.wait()
        self._said.close()
        self._errors.close()

    def titles(self) -> list[str]:
        """The titles of all worksheets, in order; a title that two sheets have stands twice. Call it first, and once. Raises Unreadable, as all that follows."""
        return self._next()

    def __iter__(self) -> Iterator[Sheet]:
        while (message := self._next()) is not None:
            chunks = iter(self._next, None)
            title, is_visible, merged, head = message
            yield Sheet(title, is_visible, merged, head, map(_table, chunks))
            for _ in chunks:  # what was left unread
                pass

    def _next(self) -> Any:
        try:
            return marshal.load(self._said)  # nosec B302  # our own process wrote it, on our pipe
        except (EOFError, ValueError, TypeError):
            code = self._process.wait()
            self._errors.seek(0)
            said = self._errors.read(MOST_SAID)
            if code != BROKEN and b"ModuleNotFoundError" in said:  # our fault, not the file's
                raise RuntimeError(
                    f"The reader of workbooks cannot start: {said.decode(errors='replace').strip()[-300:]}"
                ) from None
            raise Unreadable(is_too_large=b"memory" in said.lower() or code in (-9, -24)) from None


def _table(columns: list[str]) -> pa.Table:
    """Texts of all cells of a column, one behind the other, as an Arrow table: marshal and Python lists would take longer than the parser."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pa.table({str(index): pc.split_pattern(pa.array([text]), CELL_END).values for index, text in enumerate(columns)})


def _joined(column: tuple[str, ...]) -> str:
    text = CELL_END.join(column)
    return text if text.count(CELL_END) == len(column) - 1 else CELL_END.join(cell.replace(CELL_END, " ") for cell in column)


def main() -> None:
    """Reads the workbook, and says in a few words why where it cannot: what a parser says may quote the file at any length."""
    import python_calamine  # noqa: F401  # where it is missing, the workbook is not at fault

    try:
        _read()
    except BaseException as error:  # a parser that panics raises no Exception
        sys.stderr.write(f"{type(error).__name__}: {str(error)[:200]}")
        sys.exit(BROKEN)


def _read() -> None:
    """Writes the titles; of each sheet what it is with its head, the columns of each further chunk, and None; None at the end."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    gc.disable()
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS))
    wanted = json.loads(sys.argv[1])

    def say(message: list[Any] | tuple[Any, ...] | None) -> None:
        marshal.dump(message, sys.stdout.buffer)

    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    worksheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    say([sheet.name for sheet in worksheets])
    states = {sheet.name: sheet for sheet in worksheets}
    for title in states if wanted == "*" else [title for title in wanted if title in states]:
        sheet = book.get_sheet_by_name(title)
        left = [""] * (sheet.start[1] if sheet.start else 0)
        if len(left) + sheet.width > MOST_COLUMNS:
            raise MemoryError(f"{MOST_COLUMNS} columns")  # no spreadsheet has more
        # A text that can be printed holds none of our marks.
        rows = (
            left + [value if type(value) is str and value.isprintable() else from_spreadsheet(value) for value in row]
            for row in sheet.iter_rows()
        )
        is_visible = states[title].visible == SheetVisibleEnum.Visible
        say((title, is_visible, sheet.merged_cell_ranges or [], list(itertools.islice(rows, HEAD))))
        while chunk := list(itertools.islice(rows, BATCH)):
            say([_joined(column) for column in zip(*chunk, strict=True)])
        say(None)
    say(None)


if __name__ == "__main__":
    main()
