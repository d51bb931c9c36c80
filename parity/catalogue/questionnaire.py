"""The questionnaires, from `questionnaire/<form>/`: survey, choices, settings, and a status for each translation, as CSV or a workbook.

The last two may be left out. The contract, `sources/kobo/<form>.yml`, has the title too, and a translation of which nothing is said is a draft.

Checked here: files, columns, names told once, a label in every language, choice lists that exist. What an XLSForm may say
beyond that is pyxform's to judge; what a good questionnaire is, `parity kobo check`'s.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from yaml import YAMLError

from parity.catalogue.errors import nearest
from parity.catalogue.form_files import TRANSLATED, FormTable, forms, read_tables, told
from parity.catalogue.question_types import question_type
from parity.yaml_files import parse_yaml

ENGLISH = "English (en)"
SELECTS = {"select_one", "select_multiple"}
AMOUNTS = {"integer", "decimal", "date"}
LABEL = "label::"
COLUMNS = {  # those that each table must have
    "survey": ("type", "name", LABEL + ENGLISH),
    "choices": ("list_name", "name", LABEL + ENGLISH),
    "settings": ("form_title", "form_id"),
    "translations": ("language", "status", "note"),
}
STATUSES = ("draft", "reviewed", "field-ready")
NOT_REVIEWED = "no translations.csv says that somebody reviewed it: a machine draft, not field-ready"


@dataclass(frozen=True)
class Row:
    """A row of survey or choices, and its number as a spreadsheet shows it. A type stands in the spelling of KoboToolbox."""

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
    """One form. `languages`: as the columns of labels name them, the master first; `sources`: where each table stands."""

    folder: Path
    survey: tuple[Row, ...]
    choices: tuple[Row, ...]
    settings: Mapping[str, str]
    translations: tuple[Translation, ...]
    languages: tuple[str, ...]
    sources: Mapping[str, str] = field(default_factory=dict)

    def source_of(self, table: str) -> str:
        """The file in which a table stands, and its sheet where it has several."""
        return self.sources.get(table, f"{table}.csv")

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
    for form in forms(folder):
        found = read_questionnaire(form, faults)
        items |= {row.name: row[LABEL + ENGLISH] for row in found.items}
    if not items:
        faults.append(f"{folder}: no questionnaire (…/survey.csv) stands here.")
    return items


def read_questionnaire(folder: Path, faults: list[str]) -> Questionnaire:
    """Read a form's files; what is wrong with them is added to `faults`, each with file, row, column and remedy."""
    title = _title_of_contract(folder)
    tables = read_tables(folder, COLUMNS, faults, may_lack=("translations", "settings") if title else ("translations",))
    survey = [_row(row, folder, tables["survey"].source, faults) for row in _rows(tables, "survey")]
    choices, settings, statuses = (_rows(tables, table) for table in ("choices", "settings", "translations"))
    columns = tables["survey"].columns if "survey" in tables else ()
    languages = tuple(column.removeprefix(LABEL) for column in columns if column.startswith(LABEL))
    sources = {table: found.source for table, found in tables.items()}
    translations = [Translation(row.line, row["language"], row["status"], row["note"]) for row in statuses]
    if "translations" not in tables:
        translations = [Translation(1, language, STATUSES[0], NOT_REVIEWED) for language in languages]
    of_the_form = dict(settings[0].cells) if settings else {}
    if "settings" not in tables:
        of_the_form = {"form_title": title, "form_id": folder.name, "default_language": languages[0] if languages else ENGLISH}
    questionnaire = Questionnaire(
        folder,
        tuple(survey),
        tuple(choices),
        of_the_form,
        tuple(translations),
        languages,
        sources,
    )
    _check_survey(questionnaire, faults)
    _check_languages(questionnaire, tables, faults)
    _check_settings(questionnaire, settings, faults)
    for row in statuses:
        if row["status"] not in STATUSES:
            problem, remedy = f"'{row['status']}' is no status", f"Write {', '.join(STATUSES)}.{nearest(row['status'], STATUSES)}"
            faults.append(told(folder, questionnaire.source_of("translations"), row.line, "status", problem, remedy))
    return questionnaire


def _title_of_contract(folder: Path) -> str:
    """The name under which the form's contract has it on the server; empty where no contract tells, whose faults are told elsewhere."""
    path = folder.parent.parent / "sources" / "kobo" / f"{folder.name}.yml"
    try:
        said = parse_yaml(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, YAMLError, RecursionError):
        return ""
    title = said.get("asset_name") if isinstance(said, dict) else None
    return title if isinstance(title, str) else ""


def _rows(tables: Mapping[str, FormTable], table: str) -> list[Row]:
    return [Row(line.number, line.cells) for line in tables[table].lines] if table in tables else []


def _row(row: Row, folder: Path, source: str, faults: list[str]) -> Row:
    """The row with its type in the spelling of KoboToolbox."""
    meant = question_type(row["type"])
    if meant.problem:
        faults.append(told(folder, source, row.line, "type", meant.problem, meant.remedy))
    elif meant.text and not row.name and not meant.text.startswith(("end_", "note")):
        faults.append(told(folder, source, row.line, "name", f"the '{meant.text}' of this row has no name", "Give it one."))
    elif not meant.text and row.name:
        faults.append(told(folder, source, row.line, "type", f"'{row.name}' has no type", "Write one, such as 'select_one yn'."))
    return Row(row.line, {**row.cells, "type": meant.text})


def _check_survey(questionnaire: Questionnaire, faults: list[str]) -> None:
    tell = partial(told, questionnaire.folder, questionnaire.source_of("survey"))
    lists = {row.list_name for row in questionnaire.choices}
    seen: set[str] = set()
    for row in questionnaire.survey:
        if row.name and row.name in seen:
            faults.append(tell(row.line, "name", f"'{row.name}' stands here twice", "Give each question a name of its own."))
        seen.add(row.name)
        if not row.is_item:
            continue
        if row.has_choices and not row.list_name:
            faults.append(
                tell(row.line, "type", f"'{row.kind}' names no list", f"Write '{row.kind}' and a list_name of choices.")
            )
        elif row.has_choices and lists and row.list_name not in lists:
            where = questionnaire.source_of("choices")
            hint = nearest(row.list_name, lists).strip()
            faults.append(
                tell(row.line, "type", f"'{row.list_name}' is no list of {where}", f"{hint} Add it there, or name another.")
            )
        faults += [
            tell(row.line, column, f"'{row.name}' has no {column}", "Translate it.")
            for column, label in row.cells.items()
            if column.startswith(LABEL) and not label
        ]


def _check_languages(questionnaire: Questionnaire, tables: Mapping[str, FormTable], faults: list[str]) -> None:
    """A column of a language that no label of survey has would be left out."""
    for table in ("survey", "choices"):
        for column in tables[table].columns if table in tables and questionnaire.languages else ():
            base, mark, language = column.partition("::")
            if base in TRANSLATED and mark and language not in questionnaire.languages:
                remedy = f"Name the language as there, or add '{LABEL}{language}'.{nearest(language, questionnaire.languages)}"
                problem = f"'{language}' is no language of the labels in {questionnaire.source_of('survey')}"
                faults.append(told(questionnaire.folder, questionnaire.source_of(table), 1, column, problem, remedy))


def _check_settings(questionnaire: Questionnaire, settings: list[Row], faults: list[str]) -> None:
    tell = partial(told, questionnaire.folder, questionnaire.source_of("settings"))
    for row in settings[:1]:
        faults += [tell(row.line, column, "is empty", "Write it.") for column in COLUMNS["settings"] if not row[column]]
    faults += [tell(row.line, "", "settings have one row", "Delete the others.") for row in settings[1:2]]
