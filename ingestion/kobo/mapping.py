"""Which answers of a form become which fields, over all its deployed versions.

The contract names paths. `ingestion.kobo.following` follows each question from version to version, and stops the form with a question
for whoever keeps the contract where it cannot know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
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
    `mapped`: where no codes are offered, those that the contract maps, which leave whatever their shape, as the contract's own words do.
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
    mapped: frozenset[str] = frozenset()

    def holds_in(self, version: str | None) -> bool:
        """Whether the path is this question in a submission of the version."""
        return self.only_in is None or version in self.only_in

    def lets_out(self, value: str) -> bool:
        if self.codes is not None:
            return value in self.codes
        return value in self.mapped or self.shape.fullmatch(value) is not None


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
    fields = tuple(_field(place, contract) for place in followed.places)
    return Plan(fields, (*notices, *_codes_of_no_version(contract, fields)))


def _codes_of_no_version(contract: KoboContract, fields: Sequence[Field]) -> Iterator[str]:
    """Notices of codes that the contract maps and no version offers. Raises MappingError where map and form have nothing in common."""
    for name, codes in contract.value_maps.items():
        lists = [entry.codes for entry in fields if entry.field == name]
        known = [offered for offered in lists if offered is not None]
        offered = frozenset[str]().union(*known)
        if not lists or len(known) < len(lists) or not (missing := [code for code in codes if code not in offered]):
            continue
        if not offered & {*codes, *codes.values()}:
            raise MappingError(
                f"{contract.name}: value_maps lists {listed(missing)} for {name}, and the form offers {listed(sorted(offered))}",
                f"Write the form's codes under value_maps in catalogue/sources/kobo/{contract.name}.yml, or remove {name} from there.",
            )
        yield f"value_maps lists {listed(missing)} for {name}, which no version of the form offers"


def _refuse_private(path: str, seen: Sequence[tuple[Form, Question]], contract: KoboContract) -> None:
    if kinds := {question.type for _, question in seen} & PRIVATE:
        raise MappingError(
            f"{contract.name}: {path} is of type {listed(sorted(kinds))}, which may point at a person and never leaves the landing",
            f"Remove it from fields in catalogue/sources/kobo/{contract.name}.yml, or ask with a list of choices.",
        )


def _type_changes(path: str, seen: Sequence[tuple[Form, Question]]) -> list[str]:
    types = list(dict.fromkeys(question.type for _, question in seen))
    return [f"{path} was {types[0]} and is {types[-1]}"] if len(types) > 1 else []


def _field(place: Place, contract: KoboContract) -> Field:
    offered = [form.codes(question) for form, question in place.seen]
    known = [codes for codes in offered if codes is not None]
    shapes = {SHAPES.get(question.type, WORD) for _, question in place.seen}
    codes = frozenset[str]().union(*known) if len(known) == len(offered) else None
    return Field(
        place.path,
        place.field,
        max((question.repeats for _, question in place.seen), key=len),
        any(question.type == "select_multiple" for _, question in place.seen),
        codes,
        shapes.pop() if len(shapes) == 1 else WORD,
        place.only_in,
        place.not_in,
        frozenset(contract.value_maps.get(place.field, ())) if codes is None else frozenset(),
    )
