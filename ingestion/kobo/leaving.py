"""What may leave the landing: of a question, the answers that its form lets nobody fill with what points at a person.

A list of what may, never of what may not: codes that the form itself offers, numbers, dates and times; a calculation only where all
that it reads, through every step, may leave too. What a number means is for the contract's keeper to know: nothing tells a telephone
number that was asked for as a number from an amount of the same length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ingestion.kobo.form import PRELOAD, Form, Question
from ingestion.kobo.formula import read_formula
from parity.catalogue.question_types import leaves_as

STAYS = "never leaves the landing"
CALCULATED = ("number", "date", "time", "moment")


@dataclass(frozen=True)
class Leaves:
    """The answers that may leave: `codes`, and what has one of the `shapes`. Else `stays` says why none may."""

    codes: frozenset[str] = frozenset()
    shapes: tuple[str, ...] = ()
    is_multiple: bool = False
    stays: str = ""


@dataclass(frozen=True)
class Leaving:
    """Judges the questions of one version of a form."""

    form: Form

    def judge(self, question: Question) -> Leaves:
        if why := self._stays_alone(question):
            return Leaves(stays=why)
        own = self._own(question)
        if not _is_filled(question):
            return own
        codes: set[str] = set()
        for read, step in self._steps(question):
            if read != question and (why := self._stays_alone(read)):
                return Leaves(stays=f"reads {step}, which {why}")
            formulas = [read_formula(text) for text in read.fills] if _is_filled(read) else []
            codes |= self._own(read).codes.union(*(formula.texts for formula in formulas))
            if strange := next((formula.foreign for formula in formulas if formula.foreign), None):
                told = (
                    "what the device fills in by itself"
                    if strange == f"{PRELOAD}()"
                    else f"{strange}, which Parity cannot follow"
                )
                through = "" if read == question else f"{step}, which reads "
                return Leaves(stays=f"reads {through}{told}, so that it {STAYS}")
            for name in (name for formula in formulas for name in _all(formula.names, formula.counted)):
                if not self._called(name) and name not in self._groups:
                    return Leaves(stays=f"reads ${{{name}}}, which is no question of the form, so that it {STAYS}")
        return replace(own, codes=frozenset(codes)) if leaves_as(question.type) == "calculation" else own

    def _own(self, question: Question) -> Leaves:
        """What a question of its type lets out."""
        kind = leaves_as(question.type)
        if kind in ("choice", "choices"):
            return Leaves(self.form.codes(question) or frozenset(), is_multiple=kind == "choices")
        if kind == "OK":
            return Leaves(frozenset({"OK"}))
        return Leaves(shapes=CALCULATED if kind == "calculation" else (str(kind),))

    def _stays_alone(self, question: Question) -> str:
        """Why nothing may leave, as far as the question itself tells."""
        kind = leaves_as(question.type)
        if kind is None:
            return f"is of type {question.type or 'unknown'}, which may point at a person and {STAYS}"
        if kind in ("choice", "choices") and self.form.codes(question) is None:
            where = _source(question.list_name)
            return f"takes its choices from {where}, not from a list in the form, so that it {STAYS}"
        if kind == "calculation" and not question.fills:
            return f"is of type {question.type} and says nowhere what fills it, so that it {STAYS}"
        return ""

    def _steps(self, question: Question) -> Iterator[tuple[Question, str]]:
        """The question and all that it reads, through every step; each with the steps on the way to it."""
        waiting, seen = [(question, "")], {question.path}
        while waiting:
            read, step = waiting.pop(0)
            yield read, step
            for text in read.fills if _is_filled(read) else ():
                formula = read_formula(text)
                for found in [*self._of(formula.names, inner=True), *self._of(formula.counted, inner=False)]:
                    if found.path not in seen:
                        seen.add(found.path)
                        waiting.append((found, f"{step}, which reads {found.shown}" if step else found.shown))

    def _of(self, names: frozenset[str], *, inner: bool) -> Iterator[Question]:
        """The questions of these names; where `inner`, a group stands for all questions within it."""
        for name in sorted(names):
            yield from self._called(name)
            if inner:
                yield from self._groups.get(name, ())

    def _called(self, name: str) -> Sequence[Question]:
        return self._by_name.get(name, ())

    @cached_property
    def _by_name(self) -> dict[str, list[Question]]:
        found: dict[str, list[Question]] = {}
        for question in self.form.questions:
            found.setdefault(question.name, []).append(question)
        return found

    @cached_property
    def _groups(self) -> dict[str, list[Question]]:
        found: dict[str, list[Question]] = {}
        for question in self.form.questions:
            for group in question.path.split("/")[:-1]:
                found.setdefault(group, []).append(question)
        return found


def _is_filled(question: Question) -> bool:
    """Whether its answer may be what another question was answered. A code is one of the form's, whatever fills it."""
    return bool(question.fills) and leaves_as(question.type) not in ("choice", "choices", "OK")


def _all(*names: frozenset[str]) -> list[str]:
    return sorted(frozenset[str]().union(*names))


def _source(list_name: str | None) -> str:
    if not list_name:
        return "nowhere"
    return "earlier answers" if "${" in list_name else f"'{list_name}'"
