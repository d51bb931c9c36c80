"""The questionnaires' answerable items and their English text, from `questionnaire/<form>/*.csv`.

Checked here: columns, names told once, a label in every language, choice lists that exist. What an XLSForm may say
beyond that is pyxform's to judge.
"""

from __future__ import annotations

import csv
from pathlib import Path

from parity.catalogue.errors import nearest

ENGLISH = "label::English (en)"
SELECTS = {"select_one", "select_multiple"}


def survey_items(folder: Path, faults: list[str]) -> dict[str, str]:
    """Name and English text of each answerable item of every questionnaire below `folder`."""
    items: dict[str, str] = {}
    for path in sorted(folder.glob("*/survey.csv")):
        items |= _form(path, faults)
    if not items:
        faults.append(f"{folder}: no questionnaire (…/survey.csv) stands here.")
    return items


def _rows(path: Path, columns: set[str], faults: list[str]) -> list[tuple[int, dict[str, str]]]:
    """Rows with the line on which each ends; none where a column is missing."""
    if not path.is_file():
        faults.append(f"{path}: the file is missing.")
        return []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        header = reader.fieldnames or []
        for column in sorted(columns - set(header)):
            faults.append(f"{path}:1: the column '{column}' is missing.{nearest(column, header)}")
        if columns - set(header):
            return []
        return [(reader.line_num, row) for row in reader]


def _form(path: Path, faults: list[str]) -> dict[str, str]:
    items: dict[str, str] = {}
    seen: set[str] = set()
    survey = _rows(path, {"type", "name", ENGLISH}, faults)
    choices = path.with_name("choices.csv")
    lists = {row["list_name"] for _, row in _rows(choices, {"list_name", "name", ENGLISH}, faults)}
    for line, row in survey:
        kind, _, list_name = row["type"].partition(" ")
        name = row["name"]
        if name and name in seen:
            faults.append(f"{path}:{line}: '{name}' stands here twice.")
        seen.add(name)
        if kind not in SELECTS:
            continue
        if lists and list_name not in lists:
            faults.append(f"{path}:{line}: '{list_name}' is no list of {choices.name}.{nearest(list_name, lists)}")
        for column, label in row.items():
            if str(column).startswith("label::") and not label:
                faults.append(f"{path}:{line}: '{name}' has no {column}.")
        items[name] = row[ENGLISH]
    return items
