"""For tests: staff files in every format that the reader knows, ways to break them, and what must hold of any file."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import re
import signal
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from ingestion.hr.annotate import annotated_copy
from ingestion.hr.check import check_content
from ingestion.hr.errors import FileRefused
from ingestion.hr.scaffold import draft
from ingestion.hr.words import known_words
from parity.catalogue import HrContract
from tests.unit.ingestion import spreadsheets as make
from tests.unit.ingestion.contracts import HEADER, contract

NAMES = ["SOMCHAI JAIDEE", "NGUYEN VAN AN", "SITI AMINAH", "JUAN DELA CRUZ"]
HEAD = HEADER.split(",")
ROWS = [
    ["12/2023", f"{1000 + n}", NAMES[n % 4], "MF"[n % 2], "Officer", f"Unit {n % 3}", "01/02/2010", "", "1200.50"]
    for n in range(12)
]
LINES = [HEAD, *ROWS]
DAYS = [HEAD, *[[*row[:6], dt.date(2010, 2, 1), *row[7:]] for row in ROWS]]
PASSWORD = "open sesame"
SECONDS = 30  # that any of these small files may take


def text(delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    return "\n".join(delimiter.join(row) for row in LINES).encode(encoding)


CSV, XLSX, XLS, ODS, XLSB = text(), make.xlsx(DAYS), make.xls(DAYS), make.ods(DAYS), make.xlsb(LINES)
# name → (body, format, what the contract says of it)
FILES: dict[str, tuple[bytes, str, dict[str, object]]] = {
    "plain.csv": (CSV, "csv", {}),
    "bom.csv": (text(encoding="utf-8-sig"), "csv", {}),
    "semicolons.csv": (text(";"), "csv", {"delimiter": ";"}),
    "tabs.tsv": (text("\t", "cp874"), "csv", {"delimiter": "\t", "encoding": "cp874"}),
    "wide.csv": (text(encoding="utf-16"), "csv", {"encoding": "utf-16"}),
    "many.zip": (make.archive({f"{n}.csv": CSV for n in range(3)}), "csv", {}),
    "packed.csv.gz": (gzip.compress(CSV, mtime=0), "csv", {}),
    "staff.xlsx": (XLSX, "workbook", {}),
    "staff.xls": (XLS, "workbook", {}),
    "staff.ods": (ODS, "workbook", {}),
    "staff.xlsb": (XLSB, "workbook", {}),
    "packed.xls.gz": (gzip.compress(XLS, mtime=0), "workbook", {}),
    "books.zip": (make.archive({"a.xls": XLS, "b.xlsx": XLSX}), "workbook", {}),
    "protected.xlsx": (make.protected(XLSX, PASSWORD), "workbook", {}),
}


@contextmanager
def soon():
    """Fails where what it holds does not end."""

    def too_late(*_: object) -> None:
        raise AssertionError(f"not done after {SECONDS} s")

    before = signal.signal(signal.SIGALRM, too_late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def said(name: str, work: Callable[[], object]) -> object:
    """What the work gives, or the words of its refusal, which must name the file, a remedy and nobody."""
    with soon():
        try:
            return work()
        except FileRefused as error:
            words = str(error)
            assert words.startswith(name) and error.what and error.remedy, words
            assert not re.search("|".join(NAMES), words) and len(words) < 10_000, words
            return words


def ends_well(body: bytes, kind: str, name: str = "staff.any", **changes) -> int:
    """Rows that load, -1 for a refused file, whatever it is; nobody's name is said."""
    result = said(name, lambda: check_content(body, name, contract(format=kind, **changes), PASSWORD))
    if isinstance(result, str):
        return -1
    assert not re.search("|".join(NAMES), f"{result.findings.all}{result.findings.notices}")
    return result.n_rows


def ends_well_everywhere(body: bytes, kind: str, name: str = "staff.any", **changes) -> int:
    """As `ends_well`, and so do the copy for the clerk and the draft of a contract."""
    the_contract: HrContract = contract(format=kind, **changes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(body)
        said(name, lambda: annotated_copy(path, Path(folder) / "copy.xlsx", the_contract, password=PASSWORD))
        drafted = said(name, lambda: draft(path, "abc", "ABC-POL", known_words(), {}, password=PASSWORD).text())
        assert not re.search("|".join(NAMES), str(drafted)) and str(drafted).encode()
    return ends_well(body, kind, name, **changes)


def parts_of(book: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.namelist()
