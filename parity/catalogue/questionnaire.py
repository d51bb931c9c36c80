"""The questionnaires, from `questionnaire/<form>/*.csv`: survey, choices, settings, and a status for each translation.

Checked here: columns, names told once, a label in every language, choice lists that exist. What an XLSForm may say
beyond that is pyxform's to judge; what a good questionnaire is, `parity kobo check`'s.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parity.catalogue.errors import nearest

ENGLISH = "English (en)"
SELECTS = {"select_one", "select_multiple"}
AMOUNTS = {"integer", "decimal", "date"}
LABEL = "label::"
STATUSES = ("draft", "reviewed", "field-ready")


@dataclass(frozen=True)
class Row:
    """A row of survey.csv or choices.csv as it stands in the file, and the line on which it ends."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column) or ""

    @property
    def name(self) -> str:
        return self["name"]

    @property
    def kind(self) -> str:
        return self["type"].partition(" ")[0]

    @property
    def list_name(self) -> str:
        words = self["type"].split()
        return self["list_name"] or (words[1] if len(words) > 1 else "")

    @property
    def is_item(self) -> bool:
        """Whether somebody answers it with a code, a number or a date."""
        return self.kind in SELECTS | AMOUNTS

    @property
    def has_choices(self) -> bool:
        return self.kind in SELECTS


@dataclass(frozen=True)
class Translation:
    line: int
    language: str
    status: str
    note: str


@dataclass(frozen=True)
class Questionnaire:
    """One form. `languages`: as the columns of labels name them, the master first."""

    folder: Path
    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    settings: Mapping[str, str]
    translations: tuple[Translation, ...]
    languages: tuple[str, ...]

    @property
    def form(self) -> str:
        return self.folder.name

    @property
    def items(self) -> tuple[Row, ...]:
        return tuple(row for row in self.survey if row.is_item)

    def offered(self, list_name: str) -> tuple[Row, ...]:
        return tuple(row for row in self.choices if row.list_name == list_name)

    def status(self, language: str) -> str:
        return next((entry.status for entry in self.translations if entry.language == language), "draft")


def language_code(language: str) -> str:
    """'th' of 'ไทย (th)'."""
    match = re.search(r"\(([\w-]+)\)\s*$", language)
    return match.group(1) if match else language


def survey_items(folder: Path, faults: list[str]) -> dict[str, str]:
    """Name and English text of each answerable item of every questionnaire below `folder`."""
    items: dict[str, str] = {}
    for path in sorted(folder.glob("*/survey.csv")):
        found = read_questionnaire(path.parent, faults)
        items |= {row.name: row[LABEL + ENGLISH] for row in found.items}
    if not items:
        faults.append(f"{folder}: no questionnaire (…/survey.csv) stands here.")
    return items


def read_questionnaire(folder: Path, faults: list[str]) -> Questionnaire:
    """Read a form's files; what is wrong with them is added to `faults`, each with file and line."""
    survey = _rows(folder / "survey.csv", ("type", "name", LABEL + ENGLISH), faults)
    choices = _rows(folder / "choices.csv", ("list_name", "name", LABEL + ENGLISH), faults)
    settings = _rows(folder / "settings.csv", ("form_title", "form_id"), faults)
    translations = _rows(folder / "translations.csv", ("language", "status", "note"), faults)
    _check_survey(folder / "survey.csv", survey, choices, faults)
    for row in translations:
        if row["status"] not in STATUSES:
            faults.append(
                f"{folder / 'translations.csv'}:{row.line}: '{row['status']}' is no status: {', '.join(STATUSES)}."
                f"{nearest(row['status'], STATUSES)}"
            )
    columns = survey[0].cells if survey else {}
    return Questionnaire(
        folder,
        tuple(survey),
        tuple(choices),
        dict(settings[0].cells) if settings else {},
        tuple(Translation(row.line, row["language"], row["status"], row["note"]) for row in translations),
        tuple(column.removeprefix(LABEL) for column in columns if column.startswith(LABEL)),
    )


def _rows(path: Path, columns: tuple[str, ...], faults: list[str]) -> list[Row]:
    """The file's rows; none where a column is missing."""
    if not path.is_file():
        faults.append(f"{path}: the file is missing.")
        return []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        header = reader.fieldnames or []
        absent = sorted(set(columns) - set(header))
        faults += [f"{path}:1: the column '{column}' is missing.{nearest(column, header)}" for column in absent]
        if absent:
            return []
        rows = []
        for cells in reader:
            if None in cells:
                faults.append(f"{path}:{reader.line_num}: more cells than the header: quote a cell that holds a comma.")
            rows.append(Row(reader.line_num, {column: cell or "" for column, cell in cells.items() if column is not None}))
        return rows


def _check_survey(path: Path, survey: list[Row], choices: list[Row], faults: list[str]) -> None:
    lists = {row.list_name for row in choices}
    seen: set[str] = set()
    for row in survey:
        if row.name and row.name in seen:
            faults.append(f"{path}:{row.line}: '{row.name}' stands here twice.")
        seen.add(row.name)
        if not row.is_item:
            continue
        if row.has_choices and lists and row.list_name not in lists:
            faults.append(f"{path}:{row.line}: '{row.list_name}' is no list of choices.csv.{nearest(row.list_name, lists)}")
        faults += [
            f"{path}:{row.line}: '{row.name}' has no {column}."
            for column, label in row.cells.items()
            if column.startswith(LABEL) and not label
        ]
