"""Where the tables of a form stand, and their rows: `survey.csv` and so on, or sheets of those names in a workbook of the same folder.

Names of columns are read in every spelling that pyxform reads. A cell that a spreadsheet spoiled is a fault: a day made of a code, an
error, letters that were lost, quotation marks made curly within a condition.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from parity.catalogue.errors import nearest
from parity.spreadsheets.errors import NotReadable
from parity.spreadsheets.text import LOST, SAVE_AS, read_text
from parity.spreadsheets.workbook import COMPOUND, DAY, MAX_BYTES, NO_RESULT, ZIP, read_workbook

TABLES = ("survey", "choices", "settings", "translations")
TEXTS = (".csv", ".tsv", ".txt")  # Excel's 'Unicode text' is the last
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")  # of which the last three are refused in words
ALIASES = {
    **{"caption": "label", "relevance": "relevant", "calculate": "calculation", "readonly": "read_only", "count": "repeat_count"},
    **{"command": "type", "tag": "name", "value": "name", "set_form_title": "form_title", "set_form_id": "form_id"},
    **{"constraining_message": "constraint_message", "requiredmsg": "required_message"},
}
COLUMNS = frozenset(
    "type name label hint guidance_hint media image audio video bind body trigger disabled required required_message relevant constraint constraint_message appearance calculation"
    " choice_filter parameters list_name form_title form_id default_language indicator reversed formerly language status note"
    " default read_only repeat_count style version big-image control instance jr rows autoplay save_to".split()
)
TRANSLATED = frozenset("label hint constraint_message required_message".split())
# Columns of an XLSForm that are not carried onto the server from here: a form that needs them would be another one.
NOT_CARRIED = frozenset(
    "default read_only repeat_count trigger disabled guidance_hint media image big-image audio video bind body control instance jr rows"
    " autoplay save_to".split()
)
LOGIC = frozenset("relevant constraint calculation choice_filter required".split())
READ = LOGIC | TRANSLATED | frozenset("appearance parameters indicator reversed formerly".split())
CODES = frozenset("type name list_name form_id formerly".split())
STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\u00a0": " "})
YES, NO = frozenset({"yes", "true", "true()"}), frozenset({"no", "false", "false()"})
LONGEST = 32_767  # characters of a cell of Excel: it would leave out a longer one
MOST_FAULTS = 20  # of one table: who chose a wrong encoding does not want to read a thousand
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
ERROR = re.compile(r"#(N/?A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|#{2,})|Err:\d{3}")
QUESTION_MARKS = re.compile(r"\?{3}|[a-z]\?[a-z]")  # in place of letters, as Excel's plain 'CSV' writes them
DAY_OF_A_CODE = re.compile(
    r"\d{1,2}[- ](Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d\d"
)


@dataclass(frozen=True)
class Line:
    """A row: its number as a spreadsheet shows it, and its cells by column."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class FormTable:
    """`source` names the file, and the sheet where it has several: `survey.csv`, `pulse.xlsx, sheet survey`."""

    source: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def told(folder: Path, source: str, row: int, column: str, problem: str, remedy: str) -> str:
    return f"{folder / source}:{row}: {f'{column}: ' if column else ''}{problem}. {remedy}"


def is_form(folder: Path) -> bool:
    """Whether a folder holds a questionnaire."""
    return folder.is_dir() and any(path.stem.lower() == "survey" or path.suffix.lower() in WORKBOOKS for path in _files(folder))


def forms(folder: Path) -> list[Path]:
    """The folders of all questionnaires below `folder`."""
    return sorted(path for path in folder.glob("*") if is_form(path))


def read_tables(
    folder: Path, wanted: Mapping[str, Sequence[str]], faults: list[str], may_lack: Collection[str] = ()
) -> dict[str, FormTable]:
    """The tables with the columns that each must have; what is wrong with their files is added to `faults`. A faulty one is left out.

    Those of `may_lack` need not be there.
    """
    found: dict[str, list[tuple[str, list[list[str]]]]] = {table: [] for table in wanted}
    n_faults = len(faults)
    for path in _files(folder):
        try:
            for table, source, rows in _tables_of(path, wanted):
                found[table].append((source, rows))
        except NotReadable as error:
            faults.append(told(folder, path.name, error.row, error.column, error.problem, error.remedy))
    is_read = len(faults) == n_faults
    tables = {}
    for table, each in found.items():
        if len(each) > 1:
            sources = " and in ".join(source for source, _ in each)
            faults.append(
                told(folder, each[1][0], 1, "", f"'{table}' stands twice, in {sources}", "Keep one, and take the other away.")
            )
        elif each:
            source, rows = each[0]
            tables[table] = _table(folder, source, rows, wanted[table], faults)
        elif is_read and table not in may_lack:
            books = [path.name for path in _files(folder) if path.suffix.lower() in WORKBOOKS]
            remedy = f"Add it, or a sheet '{table}' in {books[0]}." if books else "Add it."
            faults.append(f"{folder / f'{table}.csv'}: the file is missing. {remedy}")
    return tables


def _files(folder: Path) -> list[Path]:
    """Those that may hold a table: a copy that a spreadsheet program has open begins with `~$` or `.~`."""
    try:
        return sorted(
            path
            for path in folder.iterdir()
            if not path.name.startswith(("~$", "."))
            and (path.suffix.lower() in WORKBOOKS or (path.suffix.lower() in TEXTS and path.stem.lower() in TABLES))
        )
    except OSError:
        return []


def _tables_of(path: Path, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, list[list[str]]]]:
    """Table, source and rows of what a file holds. Raises NotReadable."""
    body = read_bytes(path)
    stem = path.stem.lower()
    if body.startswith((ZIP, COMPOUND)) or path.suffix.lower() in WORKBOOKS:
        sheets = read_workbook(body, frozenset(wanted))
        if stem in wanted and stem not in sheets and len(sheets) == 1:
            yield stem, path.name, next(iter(sheets.values()))  # a table by itself, on 'Sheet1'
            return
        for table in wanted:
            if table in sheets:
                yield table, f"{path.name}, sheet {table}", sheets[table]
        if not sheets.keys() & wanted.keys():
            raise NotReadable(f"has no sheet {', '.join(wanted)}", "Name its sheets so, or take the file away.")
    elif stem in wanted:
        yield stem, path.name, read_text(body, partial(_n_known, wanted[stem]))


def read_list(path: Path, columns: Sequence[str], faults: list[str]) -> tuple[Line, ...]:
    """The rows of a CSV file that is no part of a form, in the folder of forms. What is wrong is added to `faults`."""
    try:
        rows = read_text(read_bytes(path), partial(_n_known, columns))
    except NotReadable as error:
        faults.append(told(path.parent, path.name, error.row, error.column, error.problem, error.remedy))
        return ()
    return _table(path.parent, path.name, rows, columns, faults).lines


def read_bytes(path: Path) -> bytes:
    """A whole file of a size that a questionnaire may have. Raises NotReadable."""
    try:
        if not path.is_file():
            raise NotReadable("is no file", "Take it away, or put the file in its place.")
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotReadable(f"not readable ({error.strerror})", "Let its owner open it, or put it back.") from None
    if len(body) > MAX_BYTES:
        raise NotReadable("is larger than any questionnaire", "Delete the empty rows and columns behind the table.")
    return body


def _n_known(columns: Sequence[str], header: Sequence[str]) -> int:
    return len({*map(column_name, header)} & {*columns, *COLUMNS})


def column_name(header: str) -> str:
    """A header in the spelling that is used here: `Label : English (en)` is `label::English (en)`."""
    said = " ".join(header.replace("\u00a0", " ").split())
    first, mark, rest = said.partition("::" if "::" in said else ":")
    word = "_".join(first.split()).lower()
    word = ALIASES.get(word, word)
    if word not in COLUMNS:
        return said
    return f"{word}::{rest.strip()}" if mark else word


def _table(folder: Path, source: str, rows: list[list[str]], wanted: Sequence[str], faults: list[str]) -> FormTable:
    """The table below its header; empty where a column is missing."""
    tell = partial(told, folder, source)
    start = next((number for number, row in enumerate(rows) if any(cell.strip() for cell in row)), 0)
    header = [column_name(cell) for cell in (rows[start] if rows else [])]
    found = [*_header_faults(header, wanted, start + 1, tell)]
    if found:
        faults += found
        return FormTable(source, (), ())
    lines = []
    for number, row in enumerate(rows[start + 1 :], start + 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = {}
        for column, cell in zip(header, row, strict=False):
            if column:
                cells[column] = _clean(column, cell)
                if cells[column] and column.partition("::")[0] in NOT_CARRIED:
                    found.append(
                        tell(number, column, "this column of XLSForm is not read here", "Clear its cells, or delete the column.")
                    )
                found += [tell(number, column, *wrong) for wrong in _spoiled(column, cells[column])]
        nameless = [index for index, cell in enumerate(row) if cell.strip() and (index >= len(header) or not header[index])]
        if nameless:
            problem = f"a cell in column {nameless[0] + 1} stands under no name: more cells than the header"
            found.append(
                tell(number, "", problem, "Put a cell that holds the delimiter into quotation marks, or clear the cell.")
            )
        lines.append(Line(number, {column: cells.get(column, "") for column in header if column}))
    if not lines:
        found.append(tell(start + 1, "", "no row stands below the header", "Write at least one."))
    if len(found) > MOST_FAULTS:
        found[MOST_FAULTS:] = [f"{folder / source}: and {len(found) - MOST_FAULTS} more faults of this kind."]
    faults += found
    return FormTable(source, tuple(column for column in header if column), tuple(lines))


def _header_faults(header: Sequence[str], wanted: Sequence[str], row: int, tell: partial[str]) -> Iterator[str]:
    for column in sorted({*wanted} - {*header}):
        yield tell(
            row, "", f"the column '{column}' is missing", f"Add it, or rename the one that is meant.{nearest(column, header)}"
        )
    for column in dict.fromkeys(header):
        if column and header.count(column) > 1:
            yield tell(row, column, "two columns have this name", "Give each a name of its own, or delete one.")
        if (base := column.removesuffix("::")) in TRANSLATED:
            yield tell(row, column, "names no language", f"Write it as '{base}::English (en)'.")
        base, _, _ = column.partition("::" if "::" in column else ":")
        if base.strip().lower() not in COLUMNS and (meant := get_close_matches(base.lower(), READ, n=1, cutoff=0.8)):
            problem = "no column of this name is read, and one has nearly this name"
            yield tell(row, column, problem, f"Write '{meant[0]}' if it is meant, or give the column another name.")
        if is_misread(column) or re.search(r"\w\?|\?\w", column):
            problem = "letters of this name were lost when the file was saved in another encoding"
            yield tell(row, column, problem, f"Type it again, as it stands in the other files. {SAVE_AS}.")
        elif UNPRINTABLE.search(column) or LOST in column:
            yield tell(row, "", "the name of a column holds a sign that cannot be printed", f"Type it again. {SAVE_AS}.")


def _clean(column: str, cell: str) -> str:
    text = cell.strip(" \t\r\n\u00a0\u200b\ufeff")
    base = column.partition("::")[0]
    if base in LOGIC:
        text = text.translate(STRAIGHT)
    if base == "required" and text.lower() in YES | NO:
        return "yes" if text.lower() in YES else ""
    return text


def _spoiled(column: str, cell: str) -> Iterator[tuple[str, str]]:
    """Problem and remedy of a cell that a spreadsheet or an encoding spoiled."""
    again = "Type it again, in a column that is formatted as text."
    if cell.startswith(DAY) or (column in CODES and DAY_OF_A_CODE.fullmatch(cell)):
        yield "the spreadsheet made a day of what was typed", again
    elif cell == NO_RESULT:
        yield "a formula has no stored result", "Write the text itself, or save the file in Excel."
    elif UNPRINTABLE.search(cell):
        yield "holds a sign that cannot be printed", "Type it again."
    elif ERROR.fullmatch(cell):
        yield (
            f"holds the error {cell} of a formula",
            "Write the text itself. One that begins with = or - needs an apostrophe before it.",
        )
    elif len(cell) > LONGEST:
        yield f"holds more than {LONGEST:,} characters", "Shorten it, or close the quotation mark before it."
    elif (
        LOST in cell
        or (column.partition("::")[0] not in LOGIC and QUESTION_MARKS.search(cell) and "://" not in cell)
        or is_misread(cell)
    ):
        yield "letters were lost when the file was saved in another encoding", f"Type them again. {SAVE_AS}."


def is_misread(cell: str) -> bool:
    """Whether UTF-8 was read as cp1252 and saved so: `Ã©` for `é`. No text of any language reads so by chance."""
    if cell.isascii():
        return False
    try:
        bytes_again = b"".join(_byte(letter) for letter in cell)
        bytes_again.decode("utf-8")
    except (UnicodeError, ValueError):
        return False
    return True


def _byte(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return bytes([ord(letter)])  # five bytes that cp1252 leaves out; ValueError beyond one byte
