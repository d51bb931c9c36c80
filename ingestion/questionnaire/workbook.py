"""The questionnaire as an XLSForm workbook: the same bytes for the same files, and validated by pyxform.

`$kuid` is how KoboToolbox knows a question again after an import. It is made from the question's first name, so that a question
which is renamed, its old name kept in the column `formerly`, stays the same question.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from parity.catalogue.questionnaire import LABEL, Questionnaire, Row

TRANSLATED = (LABEL, "hint::", "constraint_message::", "required_message::")
PLAIN = ("required", "relevant", "constraint", "appearance", "calculation", "choice_filter", "parameters")
CREATED = dt.datetime(2026, 1, 1)  # a workbook that told the hour of its making would differ each time


class QuestionnaireError(ValueError):
    """The questionnaire cannot be built or deployed as it is; the message says what to mend."""


def kuid(row: Row) -> str:
    """Nine characters that stay with a question through every later name."""
    first = (row["formerly"].split() or [row.name])[0]
    return hashlib.sha256(first.encode()).hexdigest()[:9]


def sheets(questionnaire: Questionnaire, languages: Sequence[str] | None = None) -> dict[str, list[dict[str, str]]]:
    """The XLSForm's three sheets as rows; with `languages`, only these. Raises QuestionnaireError."""
    chosen = _chosen(questionnaire, languages)
    survey = [_row(row, ("type", "name", *PLAIN), chosen) | _identity(row) for row in questionnaire.survey]
    choices = [_row(row, ("list_name", "name"), chosen) for row in questionnaire.choices]
    content = repr([survey, choices]).encode()
    settings = dict(questionnaire.settings) | {"version": hashlib.sha256(content).hexdigest()[:12]}
    return {"survey": survey, "choices": choices, "settings": [settings]}


def _chosen(questionnaire: Questionnaire, languages: Sequence[str] | None) -> tuple[str, ...]:
    for language in languages or ():
        if language not in questionnaire.languages:
            raise QuestionnaireError(f"There is no language '{language}': choose {', '.join(questionnaire.languages)}.")
    return tuple(language for language in questionnaire.languages if languages is None or language in languages)


def _row(row: Row, columns: Sequence[str], languages: Sequence[str]) -> dict[str, str]:
    kept = {column: row[column] for column in columns}
    translated = {f"{base}{language}" for base in TRANSLATED for language in languages}
    return kept | {column: cell for column, cell in row.cells.items() if column in translated}


def _identity(row: Row) -> dict[str, str]:
    return {"$kuid": kuid(row)} if row.name else {}


def build(questionnaire: Questionnaire, languages: Sequence[str] | None = None) -> bytes:
    """The workbook (.xlsx). Raises QuestionnaireError where pyxform refuses the form."""
    built = sheets(questionnaire, languages)
    validate(built)
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": CREATED, "title": built["settings"][0]["form_title"]})
        header = workbook.add_format({"bold": True})
        wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in built.items():
            sheet = workbook.add_worksheet(name)
            columns = list(dict.fromkeys(column for row in rows for column in row))
            sheet.write_row(0, 0, columns, header)
            for number, row in enumerate(rows, 1):
                for index, column in enumerate(columns):
                    sheet.write_string(number, index, row.get(column, ""), wrapped)
            sheet.set_column(0, len(columns) - 1, 24)
            sheet.freeze_panes(1, 2)
    return file.getvalue()


def validate(built: dict[str, list[dict[str, str]]]) -> str:
    """The XForm that pyxform makes of the sheets. Raises QuestionnaireError with its words."""
    plain: dict[str, Any] = {
        name: [{column: cell for column, cell in row.items() if cell and column != "$kuid"} for row in rows]
        for name, rows in built.items()
    }
    try:
        return convert(plain, validate=False).xform
    except PyXFormError as error:
        raise QuestionnaireError(f"pyxform refuses the form: {error}") from error
    except Exception as error:  # what it raises where it did not foresee a form
        raise QuestionnaireError(f"pyxform cannot read the form, and does not say why ({type(error).__name__})") from None
