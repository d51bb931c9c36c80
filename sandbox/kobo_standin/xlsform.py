"""An XLSForm as KoboToolbox keeps it: the content of a form, read from the workbook that is imported."""

from __future__ import annotations

import io
import re
import secrets
from typing import Any

from openpyxl import load_workbook

from sandbox.kobo_standin.store import ALPHABET

TRANSLATED = ("label", "hint", "guidance_hint", "constraint_message", "required_message", "media::image")
WITH_LIST = re.compile(r"^(select_one|select_multiple|rank|begin_rank)\s+(\S+?)(\s+or_other)?$")


def content(workbook: bytes) -> dict[str, Any]:
    """The content of a form, with new `$kuid`s: an import keeps none unless the column `$kuid` is filled.

    Raises ValueError where the file is no workbook or has no sheet `survey`.
    """
    try:
        book = load_workbook(io.BytesIO(workbook), read_only=True, data_only=True)
    except Exception as error:
        raise ValueError("Unable to read the file as an XLSForm") from error
    if "survey" not in book.sheetnames:
        raise ValueError("The sheet `survey` is missing")
    sheets = {name: _rows(book[name]) for name in ("survey", "choices", "settings") if name in book.sheetnames}
    languages = _languages([*sheets["survey"], *sheets.get("choices", [])])
    survey = [_question(_translate(row, languages)) for row in sheets["survey"] if row.get("type")]
    _set_paths(survey)
    return {
        "schema": "1",
        "survey": survey,
        "choices": [_choice(_translate(row, languages)) for row in sheets.get("choices", []) if row.get("name")],
        "settings": (sheets.get("settings") or [{}])[0],
        "translated": [name for name in TRANSLATED if any(name in row for row in survey)],
        "translations": languages or [None],
    }


def summary(form: dict[str, Any]) -> dict[str, Any]:
    """What an asset says of its content."""
    questions = [row for row in form["survey"] if not row["type"].startswith(("begin_", "end_"))]
    labels = [row["label"][0] for row in questions if row.get("label") and row["label"][0] and row["type"] != "note"]
    return {
        "geo": any(row["type"].startswith("geo") for row in questions),
        "labels": labels[:5],
        "columns": sorted({name for row in form["survey"] for name in row if not name.startswith("$")}),
        "lock_all": False,
        "lock_any": False,
        "languages": [name for name in form.get("translations", []) if name],
        "row_count": len(questions),
        "name_quality": {"ok": 0, "bad": 0, "good": len(questions), "total": len(questions), "firsts": {}},
        "default_translation": (form.get("translations") or [None])[0],
    }


def _rows(sheet: Any) -> list[dict[str, str]]:
    rows = sheet.iter_rows(values_only=True)
    header = [str(cell).strip() if cell is not None else "" for cell in next(rows, ())]
    return [
        {name: str(cell) for name, cell in zip(header, row, strict=False) if name and cell is not None and str(cell) != ""}
        for row in rows
        if any(cell is not None for cell in row)
    ]


def _languages(rows: list[dict[str, str]]) -> list[str | None]:
    found: dict[str | None, None] = {}
    for row in rows:
        for name in row:
            base, mark, language = name.partition("::")
            if base in TRANSLATED:
                found[language if mark else None] = None
    return list(found)


def _translate(row: dict[str, str], languages: list[str | None]) -> dict[str, Any]:
    """Columns such as `label::English (en)` become one list parallel to the languages."""
    kept: dict[str, Any] = {name: value for name, value in row.items() if name.partition("::")[0] not in TRANSLATED}
    for base in TRANSLATED:
        values = [row.get(f"{base}::{language}" if language else base) for language in languages]
        if any(values):
            kept[base] = values
    return kept


def _question(row: dict[str, Any]) -> dict[str, Any]:
    row = {**row, "type": re.sub(r"^(begin|end) ", r"\1_", row["type"].strip()), "$kuid": row.get("$kuid") or _kuid()}
    match = WITH_LIST.match(row["type"])
    if match:
        row["type"], row["select_from_list_name"] = match.group(1), match.group(2)
        if match.group(3):
            row["_or_other"] = True
    if "required" in row:
        row["required"] = row["required"].lower() in ("yes", "true", "true()", "1")
    if "name" in row:
        row["$autoname"] = row["name"]
    return row


def _choice(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "$kuid": row.get("$kuid") or _kuid(), "$autovalue": row["name"]}


def _set_paths(survey: list[dict[str, Any]]) -> None:
    """`$xpath` of each named row: its groups' names and its own."""
    groups: list[str] = []
    for row in survey:
        if row["type"].startswith("end_"):
            groups.pop()
        elif "name" in row:
            row["$xpath"] = "/".join([*groups, row["name"]])
            if row["type"].startswith("begin_"):
                groups.append(row["name"])


def _kuid() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(9))
