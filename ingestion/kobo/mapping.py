"""Which answers of a form become which fields, over all its deployed versions.

The contract names paths, for a field as many as it was ever called by: those that no version of this project has are earlier names, as
long as one is there. A question that got another name or another group is followed where its `$kuid` stayed, or where exactly one
question of the same name and type moved; else the form stops with a question for whoever keeps the contract. An XLSForm that is
imported anew gets new `$kuid`s throughout: the same path is the same question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingestion.kobo.codes import idle, misspelt
from ingestion.kobo.errors import KoboError
from ingestion.kobo.form import Form, Question
from ingestion.kobo.leaving import Leaves, Leaving
from ingestion.kobo.shapes import SHAPES, fits
from parity.catalogue import KoboContract
from parity.catalogue.question_types import leaves_as

# Questions that nobody answers: none of them is asked about when it comes or goes.
SILENT = frozenset("note calculate hidden start end today".split())


class MappingError(KoboError):
    """The form and its contract do not fit; a person has to decide. Other forms go on."""


@dataclass(frozen=True)
class Field:
    """One path that becomes a field: the codes that any version offered leave, and what has one of the shapes."""

    path: str
    field: str
    repeats: tuple[str, ...] = ()
    is_multiple: bool = False
    codes: frozenset[str] = frozenset()
    shapes: tuple[str, ...] = ()

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


def plan(contract: KoboContract, forms: Sequence[Form]) -> Plan:
    """Align the contract with the form's versions, oldest first. Raises MappingError."""
    if not forms:
        raise MappingError(
            f"{contract.name}: the server shows no deployed version of the form, so that nothing says what may leave the landing",
            "Deploy the form, then sync again.",
        )
    paths = dict(contract.fields)
    paths |= _same_kuid(paths, contract, forms)
    _refuse_unknown(paths, contract, forms)
    notices = list(_follow(paths, contract, forms))
    found = {path: [(form, question) for form in forms for question in form.questions if question.path == path] for path in paths}
    judges = {id(form): Leaving(form) for form in forms}
    leaving = {path: [judges[id(form)].judge(question) for form, question in seen] for path, seen in found.items()}
    _refuse_private(leaving, contract)
    for path, seen in found.items():
        notices += _type_changes(path, seen)
    notices += _unmapped(paths, contract, forms[-1])
    fields = tuple(_field(path, name, found[path], leaving[path]) for path, name in paths.items())
    notices += _codes(contract, fields)
    return Plan(fields, tuple(notices))


def _codes(contract: KoboContract, fields: Sequence[Field]) -> list[str]:
    """Codes of the contract that map nothing. Raises MappingError where one is a code of the form in another spelling."""
    offered = {one.field: [code for other in fields if other.field == one.field for code in other.codes] for one in fields}
    if faults := misspelt(contract, offered):
        raise MappingError(
            f"{contract.name}: {'; '.join(faults)}",
            f"Copy the code from the form into catalogue/sources/kobo/{contract.name}.yml.",
        )
    return idle(contract, {name: codes for name, codes in offered.items() if codes})


def _same_kuid(paths: Mapping[str, str], contract: KoboContract, forms: Sequence[Form]) -> dict[str, str]:
    """Paths under which a mapped question stands in other versions."""
    fields = {q.kuid: paths[q.path] for form in forms for q in form.questions if q.kuid and q.path in paths}
    return {
        q.path: fields[q.kuid]
        for form in forms
        for q in form.questions
        if q.kuid in fields and q.path not in paths and q.path not in contract.drops
    }


def _refuse_unknown(paths: dict[str, str], contract: KoboContract, forms: Sequence[Form]) -> None:
    """Take from `paths` the earlier names of fields that another path serves here; stop where a field has no path at all."""
    if unknown := unserved(paths, forms):
        raise MappingError(
            f"{contract.name}: no version of the form has {_listed(unknown)}",
            f"Correct or remove the line in catalogue/sources/kobo/{contract.name}.yml.",
        )
    for path in earlier_names(paths, forms):
        del paths[path]


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


def _follow(paths: dict[str, str], contract: KoboContract, forms: Sequence[Form]) -> list[str]:
    """Add to `paths` the questions that moved to another group in the newest version; stop where one vanished unexplained."""
    newest = forms[-1]
    present = {paths[q.path] for q in newest.questions if q.path in paths}
    before = {q.path: q for form in forms[:-1] for q in form.questions}
    notices = []
    vanished = [path for path, name in paths.items() if name not in present and path in before]
    fresh = [q for q in newest.questions if q.path not in before and _is_open(q, paths, contract)]
    for path in vanished:
        moved = [q for q in fresh if q.name == before[path].name and q.type == before[path].type]
        if len(moved) == 1:
            notices.append(f"{path} moved to {moved[0].path}")
            paths[moved[0].path] = paths[path]
            fresh.remove(moved[0])
            continue
        appeared = [q.path for q in fresh if q.type == before[path].type]
        if appeared:
            raise MappingError(
                f"{contract.name}: question {path} vanished, {_listed(appeared)} appeared: map or drop",
                f"In catalogue/sources/kobo/{contract.name}.yml, add '{appeared[0]}: {paths[path]}' to fields if it is the same"
                " question, or the path to drops if it is another.",
            )
        notices.append(f"{path} is no longer asked")
    return notices


def _is_open(question: Question, paths: Mapping[str, str], contract: KoboContract) -> bool:
    if question.path in paths or question.path in contract.drops:
        return False
    return question.type not in SILENT and leaves_as(question.type) is not None


def _refuse_private(leaving: Mapping[str, Sequence[Leaves]], contract: KoboContract) -> None:
    why = {path: next((one.stays for one in found if one.stays), "") for path, found in leaving.items()}
    if told := [f"{path} {stays}" for path, stays in why.items() if stays]:
        raise MappingError(
            f"{contract.name}: {'; '.join(told)}",
            f"Remove it from fields in catalogue/sources/kobo/{contract.name}.yml, or ask with a list of choices.",
        )


def _type_changes(path: str, seen: Sequence[tuple[Form, Question]]) -> list[str]:
    types = list(dict.fromkeys(question.type for _, question in seen))
    return [f"{path} was {types[0]} and is {types[-1]}"] if len(types) > 1 else []


def _unmapped(paths: Mapping[str, str], contract: KoboContract, newest: Form) -> list[str]:
    left = list(dict.fromkeys(q.shown for q in newest.questions if _is_open(q, paths, contract)))
    return [f"not in the contract, stays in the landing: {_listed(left)}"] if left else []


def _field(path: str, name: str, seen: Sequence[tuple[Form, Question]], leaving: Sequence[Leaves]) -> Field:
    return Field(
        path,
        name,
        max((question.repeats for _, question in seen), key=len),
        any(one.is_multiple for one in leaving),
        frozenset[str]().union(*(one.codes for one in leaving)),
        tuple(sorted({shape for one in leaving for shape in one.shapes})),
    )


def _listed(names: Sequence[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
