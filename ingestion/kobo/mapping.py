"""Which answers of a form become which fields, over all its deployed versions.

The contract names paths. `ingestion.kobo.following` follows each question from version to version, and stops the form with a question
for whoever keeps the contract where it cannot know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingestion.kobo.asking import MappingError, listed
from ingestion.kobo.following import Place, follow
from ingestion.kobo.form import Form, Question
from parity.catalogue import KoboContract

# What may point at a person stays in the landing, whatever a contract says.
PRIVATE = frozenset(
    "text image audio video file geopoint geotrace geoshape barcode background-audio deviceid username phonenumber subscriberid"
    " simserial email audit start-geopoint".split()
)
SILENT = frozenset("note calculate hidden start end today".split())
# The server checks no answer: words typed where a code, number or date belongs must not leave either.
NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{0,18})?")
MOMENT = re.compile(r"[\dT:.+Z-]{1,40}")
WORD = re.compile(r"[\w.:+-]{1,64}", re.ASCII)
SHAPES = dict.fromkeys(("integer", "decimal", "range"), NUMBER) | dict.fromkeys(("date", "time", "datetime", "today"), MOMENT)


@dataclass(frozen=True)
class Field:
    """One path that becomes a field.

    `codes`: the codes that any version offered; None where answers are numbers, dates or single words, which then match `shape`.
    `only_in`: where the path was another question in some versions (`not_in`), those in which it is this one.
    """

    path: str
    field: str
    repeats: tuple[str, ...] = ()
    is_multiple: bool = False
    codes: frozenset[str] | None = None
    shape: re.Pattern[str] = WORD
    only_in: frozenset[str] | None = None
    not_in: frozenset[str] = frozenset()

    def holds_in(self, version: str | None) -> bool:
        """Whether the path is this question in a submission of the version."""
        return self.only_in is None or version in self.only_in

    def lets_out(self, value: str) -> bool:
        return value in self.codes if self.codes is not None else self.shape.fullmatch(value) is not None


@dataclass(frozen=True)
class Plan:
    """The fields to read from a submission, in the contract's order, and what its keeper should know."""

    fields: tuple[Field, ...]
    notices: tuple[str, ...] = ()


def plan(contract: KoboContract, forms: Sequence[Form], has_answers: Callable[[str], bool] = lambda version_uid: True) -> Plan:
    """Align the contract with the form's versions, oldest first; `has_answers` of a version by its uid. Raises MappingError."""
    if not forms:
        return Plan(tuple(Field(path, name) for path, name in contract.fields.items()))
    followed = follow(contract, forms, lambda question: question.type not in SILENT | PRIVATE, has_answers)
    notices = list(followed.notices)
    for place in followed.places:
        _refuse_private(place.path, place.seen, contract)
        notices += _type_changes(place.path, place.seen)
    if followed.unmapped:
        notices.append(f"not in the contract, stays in the landing: {listed(followed.unmapped)}")
    return Plan(tuple(_field(place) for place in followed.places), tuple(notices))


def _refuse_private(path: str, seen: Sequence[tuple[Form, Question]], contract: KoboContract) -> None:
    if kinds := {question.type for _, question in seen} & PRIVATE:
        raise MappingError(
            f"{contract.name}: {path} is of type {listed(sorted(kinds))}, which may point at a person and never leaves the landing",
            f"Remove it from fields in catalogue/sources/kobo/{contract.name}.yml, or ask with a list of choices.",
        )


def _type_changes(path: str, seen: Sequence[tuple[Form, Question]]) -> list[str]:
    types = list(dict.fromkeys(question.type for _, question in seen))
    return [f"{path} was {types[0]} and is {types[-1]}"] if len(types) > 1 else []


def _field(place: Place) -> Field:
    offered = [form.codes(question) for form, question in place.seen]
    known = [codes for codes in offered if codes is not None]
    shapes = {SHAPES.get(question.type, WORD) for _, question in place.seen}
    return Field(
        place.path,
        place.field,
        max((question.repeats for _, question in place.seen), key=len),
        any(question.type == "select_multiple" for _, question in place.seen),
        frozenset[str]().union(*known) if len(known) == len(offered) else None,
        shapes.pop() if len(shapes) == 1 else WORD,
        place.only_in,
        place.not_in,
    )
