"""A deployed version of a form, read into questions and choices: where each answer stands in a submission, and its words.

`$xpath` in a form's content is wrong for ranks and matrices, whose answers carry the name of the group that KoboToolbox makes of
them; the paths here are those of the submissions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from parity.catalogue.question_types import SELECTS, question_type

PRELOAD = "preload"  # stands for what a device fills in by itself: its number, its owner
UNNAMED = "default"  # a form of one language need not name it


@dataclass(frozen=True)
class Choice:
    list_name: str
    code: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Question:
    """`path`: its key in a submission; `repeats`: the keys of the repeats around it, outermost first; `labels` by language.

    `has_other`: it also offers the code "other", whose words are a question of their own. `logic`: who is asked it and what may be
    answered, its groups' conditions included. `fills`: what fills its answer without a respondent. `outline`: its path without the
    lines of a matrix, which are choices, and without the words of a note; empty where it has neither.
    """

    path: str
    name: str
    type: str
    list_name: str | None
    kuid: str | None
    repeats: tuple[str, ...]
    labels: Mapping[str, str]
    has_other: bool = False
    logic: Mapping[str, str] = field(default_factory=dict)
    fills: tuple[str, ...] = ()
    outline: str = ""

    @property
    def shown(self) -> str:
        """The path as it may be shown where the contract does not list it."""
        return self.outline or self.path


@dataclass(frozen=True)
class Form:
    """One version: its questions in order, and its choices by list."""

    version_uid: str
    questions: tuple[Question, ...]
    choices: Mapping[str, tuple[Choice, ...]]

    def codes(self, question: Question) -> frozenset[str] | None:
        """The codes that the question offers, or None where it offers none or reads them from a file."""
        if question.list_name is None or question.list_name not in self.choices:
            return None
        offered = {choice.code for choice in self.choices[question.list_name]}
        return frozenset(offered | {"other"} if question.has_other else offered)


@dataclass
class _Group:
    """A group, repeat, score, rank or matrix that is open while the survey is read."""

    type: str
    name: str
    row: Mapping[str, Any]


@dataclass
class _Reader:
    content: Mapping[str, Any]
    languages: list[str]
    choices: Mapping[str, tuple[Choice, ...]]
    open: list[_Group] = field(default_factory=list)

    def questions(self) -> Iterator[Question]:
        for row in self.content.get("survey") or []:
            kind = _type(row)
            if kind.startswith("begin_"):
                self.open.append(_Group(kind.removeprefix("begin_"), _name(row), row))
            elif kind.startswith("end_"):
                if self.open:
                    self.open.pop()
            elif name := _name(row):
                yield from self._question(row, name)

    def _question(self, row: Mapping[str, Any], name: str) -> Iterator[Question]:
        inner = self.open[-1] if self.open else None
        if inner is not None and inner.type == "kobomatrix":
            for line in self.choices.get(inner.row.get("kobo--matrix_list", ""), ()):
                group = f"{inner.name}_{line.code}"
                cell = self._at(row, f"{group}/{group}_{name}", f"{group}_{name}", outside=True)
                lines = f"{cell.path.removesuffix(f'{group}/{group}_{name}')}{inner.name}_*/{inner.name}_*_{name}"
                yield replace(cell, kuid=cell.kuid and f"{cell.kuid}/{line.code}", outline=lines)
            return
        question = self._at(row, name, name)
        if question_type(question.type).text == "note" and _is_made_of(name, question.labels):
            question = replace(question, outline=f"{question.path.removesuffix(name)}note")
        yield question
        if row.get("_or_other"):
            yield Question(f"{question.path}_other", f"{name}_other", "text", None, None, question.repeats, question.labels)

    def _at(self, row: Mapping[str, Any], tail: str, name: str, *, outside: bool = False) -> Question:
        groups = self.open[:-1] if outside else self.open
        path = "/".join([*(group.name for group in groups), tail])
        repeats = tuple(
            "/".join(group.name for group in groups[: depth + 1]) for depth, group in enumerate(groups) if group.type == "repeat"
        )
        list_name = row.get("select_from_list_name") or self._shared_list() or _list_in_type(row)
        words = labels(row, self.languages)
        has_other, rules = bool(row.get("_or_other")), logic(row, [group.row for group in groups])
        return Question(path, name, _type(row), list_name, row.get("$kuid"), repeats, words, has_other, rules, fills(row))

    def _shared_list(self) -> str | None:
        """The list that all rows of a score or levels of a rank choose from."""
        row = self.open[-1].row if self.open else {}
        return row.get("kobo--score-choices") or row.get("kobo--rank-items")


def _name(row: Mapping[str, Any]) -> str:
    """The name that answers carry. KoboToolbox deploys `$autoname`: the row's name, made valid and unlike any other of the form."""
    return str(row.get("$autoname") or row.get("name") or "")


def _is_made_of(name: str, words: Mapping[str, str]) -> bool:
    """Whether a name is what KoboToolbox makes of a label: its words, with the middle left out where they are long."""
    parts = [_letters(part) for part in name.split("_")]
    said = [_letters(label) for label in words.values()]
    return any(all(part in label for part in parts) for label in said)


def _letters(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())


def _type(row: Mapping[str, Any]) -> str:
    kind = row.get("type")
    return kind if isinstance(kind, str) else ""


def _list_in_type(row: Mapping[str, Any]) -> str | None:
    """The list of `select_one yn`, as an XLSForm writes it."""
    words = question_type(_type(row)).text.split()
    return words[1] if len(words) > 1 and words[0] in SELECTS else None


def read_form(version_uid: str, content: Mapping[str, Any]) -> Form:
    """The questions and choices of an asset version's `content`."""
    languages = [language or UNNAMED for language in content.get("translations") or [None]]
    by_list: dict[str, list[Choice]] = {}
    for row in content.get("choices") or []:
        code = next((row[key] for key in ("$autovalue", "name") if row.get(key) not in (None, "")), None)
        if code is not None and row.get("list_name"):
            by_list.setdefault(row["list_name"], []).append(Choice(row["list_name"], str(code), labels(row, languages)))
    choices = {name: tuple(listed) for name, listed in by_list.items()}
    return Form(version_uid, tuple(_Reader(content, languages, choices).questions()), choices)


def labels(row: Mapping[str, Any], languages: list[str]) -> dict[str, str]:
    """A row's label in each language that has one."""
    said = row.get("label") or []
    listed = [said] if isinstance(said, str) else said
    return {language: text for language, text in zip(languages, listed, strict=False) if text}


def logic(row: Mapping[str, Any], groups: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Conditions and rules of a row within its groups, as far as it has any."""
    conditions = [entry["relevant"] for entry in (*groups, row) if entry.get("relevant")]
    required = str(row.get("required", "")).lower() in ("true", "yes", "true()", "1")
    found = {"relevant": " and ".join(f"({one})" for one in conditions), "required": "yes" if required else ""}
    found |= {name: str(row.get(name) or "") for name in ("constraint", "calculation", "choice_filter")}
    return {name: value for name, value in found.items() if value}


FILLS = re.compile(r"(?:^|:)(?:calculation|calculate|default)$|preload", re.IGNORECASE)  # also behind `bind::` or `instance::`


def fills(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The cells of a row that give its question an answer: calculation, default value, what the device puts there."""
    found: list[str] = []
    for column, value in row.items():
        if isinstance(value, Mapping):
            found += fills({f"{column}::{inner}": value[inner] for inner in value})
        elif FILLS.search(column) and value not in (None, "") and value is not False:
            found.append(f"{PRELOAD}({value})" if "preload" in column.lower() else str(value))
    return tuple(found)
