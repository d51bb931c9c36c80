"""The data dictionary of an export: what each published column means, in which unit, and which codes it may hold. Pure.

Nothing is described here. Columns are those of the views, meanings those of the captions, and codes those that the release holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from publication.seen import KEYS, View

# Numbers that are in the unit that the column `unit` of the same row names.
IN_UNIT_OF_ROW = (
    *("estimate", "se", "ci_low", "ci_high", "target_value", "current_value", "value_at_due", "value"),
    *("change_per_year", "needed_per_year"),
    *("first_value", "base_value", "expected_value", "milestone_value", "value_before", "value_after"),
)
LABELS = ("_name", "_label")  # the column that has the words for a code


@dataclass(frozen=True)
class Column:
    """One column of one view; `code_list` names a list of `code_lists`, and is empty where the column holds no code."""

    table: str
    column: str
    type: str
    meaning: str
    unit: str
    code_list: str


@dataclass(frozen=True)
class Code:
    """A value that the release holds, and its label, which is the value itself where no column has words for it."""

    code_list: str
    code: str
    label: str


def dictionary(views: Iterable[View], caption: Callable[[str, str], str]) -> list[Column]:
    """Every column of every view; `caption(view, column)` says what it means."""
    return [
        Column(view.name, name, kind, caption(view.name, name), unit_of(name), code_list(name, kind, dict(view.columns)))
        for view in views
        for name, kind in view.columns
    ]


def code_lists(views: Iterable[View]) -> list[Code]:
    """Every code of every list, in order of list and code."""
    found: dict[tuple[str, str], str] = {}
    for view in views:
        kinds = dict(view.columns)
        for column, kind in view.columns:
            if name := code_list(column, kind, kinds):
                words = _words_for(column, kinds)
                for record in view.records():
                    if record[column] is not None:
                        label = record[words] if words else record[column]
                        found.setdefault((name, record[column]), label)
    return [Code(name, code, label) for (name, code), label in sorted(found.items())]


def code_list(column: str, kind: str, columns: Iterable[str]) -> str:
    """The name of the column's code list: keys, codes, and what has words in another column. Otherwise empty."""
    if kind != "text" or not (column in KEYS or column.endswith("_code") or _words_for(column, columns)):
        return ""
    return f"CL_{column.removesuffix('_code').upper()}"


def _words_for(column: str, columns: Iterable[str]) -> str | None:
    stem = column.removesuffix("_code").removesuffix("_id")
    return next((stem + ending for ending in LABELS if stem + ending in columns and stem + ending != column), None)


def unit_of(column: str) -> str:
    """The unit of a published column in words; empty where it has none."""
    if column in IN_UNIT_OF_ROW:
        return "as the column unit says"
    if column == "reference_value":
        return "as the column reference_kind says"
    return "per cent" if column.endswith("_pct") else ""
