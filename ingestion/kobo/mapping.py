"""Which answers of a form become which fields, over all its deployed versions.

The contract names paths, for a field as many as it was ever called by: those that no version of this project has are earlier names, as
long as one is there. `ingestion.kobo.following` follows each question from version to version, and stops the form with a question for
whoever keeps the contract where it cannot know; `ingestion.kobo.leaving` says which answers may leave the landing at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingestion.kobo.asking import MappingError, listed
from ingestion.kobo.codes import idle, misspelt
from ingestion.kobo.following import FieldPath, follow
from ingestion.kobo.form import Form, Question
from ingestion.kobo.leaving import Leaves, Leaving
from ingestion.kobo.shapes import SHAPES, fits
from parity.catalogue import KoboContract
from parity.catalogue.question_types import leaves_as

# Questions that nobody answers: none of them is asked about when it comes or goes.
SILENT = frozenset("note calculate hidden start end today".split())


@dataclass(frozen=True)
class Field:
    """One path that becomes a field: the codes that any version offered leave, and what has one of the shapes.

    `only_in`: where the path was another question in some versions (`not_in`), those in which it is this one.
    """

    path: str
    field: str
    repeats: tuple[str, ...] = ()
    is_multiple: bool = False
    codes: frozenset[str] = frozenset()
    shapes: tuple[str, ...] = ()
    only_in: frozenset[str] | None = None
    not_in: frozenset[str] = frozenset()

    def holds_in(self, version: str | None) -> bool:
        """Whether the path is this question in a submission of the version."""
        return self.only_in is None or version in self.only_in

    def lets_out(self, value: str) -> bool:
        return value in self.codes or any(fits(shape, value) for shape in self.shapes)

    @property
    def patterns(self) -> list[str]:
        return [SHAPES[shape].pattern for shape in self.shapes]


@dataclass(frozen=True)
class Plan:
    """The fields to read from a submission, in the contract's order, and what its keeper should know."""

    fields: tuple[Field, ...]
    notices: tuple[str, ...] = ()


def plan(contract: KoboContract, forms: Sequence[Form], has_answers: Callable[[str], bool] = lambda version_uid: True) -> Plan:
    """Align the contract with the form's versions, oldest first; `has_answers` of a version by its uid. Raises MappingError."""
    if not forms:
        raise MappingError(
            f"{contract.name}: the server shows no deployed version of the form, so that nothing says what may leave the landing",
            "Deploy the form, then sync again.",
        )
    earlier = set(earlier_names(contract.fields, forms))
    asked = contract.model_copy(update={"fields": {path: name for path, name in contract.fields.items() if path not in earlier}})
    followed = follow(asked, forms, _may_leave, has_answers)
    judges = {id(form): Leaving(form) for form in forms}
    leaving = [[judges[id(form)].judge(question) for form, question in field_path.seen] for field_path in followed.paths]
    _refuse_private(followed.paths, leaving, contract)
    notices = list(followed.notices)
    for field_path in followed.paths:
        notices += _type_changes(field_path.path, field_path.seen)
    if followed.unmapped:
        notices.append(f"not in the contract, stays in the landing: {listed(followed.unmapped)}")
    fields = tuple(_field(field_path, found) for field_path, found in zip(followed.paths, leaving, strict=True))
    return Plan(fields, (*notices, *_codes(contract, fields)))


def unserved(paths: Mapping[str, str], forms: Sequence[Form]) -> list[str]:
    """The paths that no version has, of fields that no other path serves."""
    known = _known(forms)
    served = {name for path, name in paths.items() if path in known}
    return [path for path, name in paths.items() if path not in known and name not in served]


def earlier_names(paths: Mapping[str, str], forms: Sequence[Form]) -> list[str]:
    """The paths that no version has, of fields that another path serves: what other projects, or earlier versions, called them."""
    known, without = _known(forms), set(unserved(paths, forms))
    return [path for path in paths if path not in known and path not in without]


def _known(forms: Sequence[Form]) -> set[str]:
    return {question.path for form in forms for question in form.questions}


def _may_leave(question: Question) -> bool:
    return question.type not in SILENT and leaves_as(question.type) is not None


def _codes(contract: KoboContract, fields: Sequence[Field]) -> Iterator[str]:
    """Notices of codes that the contract maps and no version offers. Raises MappingError where they cannot be meant so."""
    offered = {one.field: {code for other in fields if other.field == one.field for code in other.codes} for one in fields}
    file = f"catalogue/sources/kobo/{contract.name}.yml"
    if faults := misspelt(contract, offered):
        raise MappingError(f"{contract.name}: {'; '.join(faults)}", f"Copy the code from the form into {file}.")
    free = {entry.field for entry in fields if entry.shapes}
    chosen = {name: codes for name, codes in offered.items() if codes and name not in free}
    for name, codes in contract.value_maps.items():
        if name in chosen and not chosen[name] & {*codes, *codes.values()}:
            raise MappingError(
                f"{contract.name}: value_maps lists {listed(list(codes))} for {name}, and the form offers {listed(sorted(chosen[name]))}",
                f"Write the form's codes under value_maps in {file}, or remove {name} from there.",
            )
    yield from idle(contract, chosen)


def _refuse_private(paths: Sequence[FieldPath], leaving: Sequence[Sequence[Leaves]], contract: KoboContract) -> None:
    why = [
        (field_path.path, next((one.stays for one in found if one.stays), ""))
        for field_path, found in zip(paths, leaving, strict=True)
    ]
    if told := [f"{path} {stays}" for path, stays in why if stays]:
        raise MappingError(
            f"{contract.name}: {'; '.join(told)}",
            f"Remove it from fields in catalogue/sources/kobo/{contract.name}.yml, or ask with a list of choices.",
        )


def _type_changes(path: str, seen: Sequence[tuple[Form, Question]]) -> list[str]:
    types = list(dict.fromkeys(question.type for _, question in seen))
    return [f"{path} was {types[0]} and is {types[-1]}"] if len(types) > 1 else []


def _field(field_path: FieldPath, leaving: Sequence[Leaves]) -> Field:
    return Field(
        field_path.path,
        field_path.field,
        max((question.repeats for _, question in field_path.seen), key=len),
        any(one.is_multiple for one in leaving),
        frozenset[str]().union(*(one.codes for one in leaving)),
        tuple(sorted({shape for one in leaving for shape in one.shapes})),
        field_path.only_in,
        field_path.not_in,
    )
