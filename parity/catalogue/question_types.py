"""The types of questions in the spelling that KoboToolbox stores, from any that pyxform reads: `begin group` is `begin_group`.

Two kinds are refused in a questionnaire, as no answer to them could be checked: `or_other`, and choices that stand in another file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

# What an answer is, as far as it may leave the landing. `calculation`: it depends on what is calculated from what.
Answer = Literal["choice", "choices", "OK", "number", "date", "time", "moment", "calculation"]
# The types that may leave the landing. Every other one stays there whatever a contract says, and so does one that nobody knows.
LEAVES: dict[str, Answer] = {
    "select_one": "choice",
    "score__row": "choice",
    "rank__level": "choice",
    "select_multiple": "choices",
    "rank": "choices",
    "acknowledge": "OK",
    "trigger": "OK",  # acknowledge, as it was once called
    "integer": "number",
    "decimal": "number",
    "range": "number",
    "percentage": "number",
    "date": "date",
    "today": "date",
    "time": "time",
    "dateTime": "moment",
    "calculate": "calculation",
    "hidden": "calculation",
}
CONTROLS = {"group": "group", "repeat": "repeat", "lgroup": "repeat", "looped group": "repeat", "loop": "loop"}
SELECTS = {
    **dict.fromkeys(
        ("select_one", "select one", "select one from", "select one using", "select1", "add select one prompt using"),
        "select_one",
    ),
    **dict.fromkeys(
        (
            *("select_multiple", "select multiple from", "select multiple using", "select multiple"),
            *("select all that apply", "select all that apply from", "add select multiple prompt using"),
        ),
        "select_multiple",
    ),
    "rank": "rank",
}
IN_A_FILE = {
    "select_one_from_file": "select_one",
    "select one from file": "select_one",
    "select_multiple_from_file": "select_multiple",
    "select multiple from file": "select_multiple",
    "select_one_external": "select_one",
    "select one external": "select_one",
}
# The others, in the spelling that is used here; XLSForms of ten years ago say `add … prompt`, `get …` or `q …`.
OTHERS = {
    "int": "integer",
    "string": "text",
    "datetime": "dateTime",  # the one type with a capital
    "date time": "dateTime",
    "gps": "geopoint",
    "location": "geopoint",
    "photo": "image",
    "picture": "image",
    "start time": "start",
    "end time": "end",
    "imei": "deviceid",
    "device id": "deviceid",
    "sim id": "simserial",
    "subscriber id": "subscriberid",
    "phone number": "phonenumber",
}
OTHER = re.compile(r"(or specify other|or_other|or other)", re.IGNORECASE)
CONTROL = re.compile(rf"(begin|end)[ _]({'|'.join(CONTROLS)})( .*)?", re.IGNORECASE)
CHOICE = re.compile(  # the longest spelling that fits
    rf"({'|'.join(sorted((*SELECTS, *IN_A_FILE), key=len, reverse=True))}) (\S+)(?: (.+))?", re.IGNORECASE
)
FILE = re.compile(rf"({'|'.join(IN_A_FILE)})( .*)?", re.IGNORECASE)
OLD = re.compile(r"(?:add |get |q |uri:)?(.+?)(?: prompt)?", re.IGNORECASE)


@dataclass(frozen=True)
class QuestionType:
    """`text` is the cell as it is read from here on; `problem` and `remedy` where it is a type that no form here may have."""

    text: str
    problem: str = ""
    remedy: str = ""


def question_type(cell: str) -> QuestionType:
    """The type that a cell means; one that nobody knows stays as it is."""
    said = " ".join(cell.split())
    if control := CONTROL.fullmatch(said):
        edge, what, _ = control.groups()
        return QuestionType(f"{edge.lower()}_{CONTROLS[what.lower()]}")
    if choice := CHOICE.fullmatch(said):
        return _of_choices(*choice.groups())
    old = OLD.fullmatch(said)
    word = (old.group(1) if old else said).lower()
    if " " in word:
        return QuestionType(OTHERS.get(word, said))
    return QuestionType(OTHERS.get(word, word))


def _of_choices(command: str, list_name: str, more: str | None) -> QuestionType:
    if kind := IN_A_FILE.get(command.lower()):
        return QuestionType(
            f"{kind} {list_name}",
            f"the choices stand in the file '{list_name}', which no check reads",
            f"Put them into choices under a list_name, and write '{kind}' and that name.",
        )
    kind = SELECTS[command.lower()]
    if more is None:
        return QuestionType(f"{kind} {list_name}")
    if OTHER.fullmatch(more):
        return QuestionType(
            f"{kind} {list_name}",
            "'or_other' adds a question for free text, in English in every language",
            f"Write '{kind} {list_name}', and add a choice 'other' to the list with its words in each language.",
        )
    return QuestionType(
        f"{kind} {list_name}",
        f"'{more}' stands behind the name of a list",
        f"Write '{kind}' and the name of one list, without blanks in it.",
    )


@cache
def leaves_as(cell: str) -> Answer | None:
    """What an answer of this type is that may leave the landing; None where none may."""
    if FILE.fullmatch(" ".join(cell.split())):
        return None
    return LEAVES.get(question_type(cell).text.partition(" ")[0])
