"""What figures count of the rows of registers, as `catalogue/disclosure.yml` states it under `registers`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from parity.catalogue.errors import nearest
from parity.catalogue.hr_terms import ComplaintType, CourseType, EventType, Stage

Register = Literal["events", "training", "complaints", "applicants"]
WORDS: dict[Register, tuple[str, ...]] = {
    "events": get_args(EventType),
    "training": get_args(CourseType),
    "complaints": get_args(ComplaintType),
    "applicants": get_args(Stage),
}


class Counted(BaseModel):
    """Rows of a register that a figure counts together."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    words: tuple[str, ...] = ()
    """What the rows say: events, courses, kinds of complaints or stages. Without it, whatever they say."""
    apart: str | None = None
    """The breakdown by which a figure counts them apart, too, if any does."""


Registers = dict[Register, dict[str, Counted]]


def words_of(register: Register, counted: Counted) -> tuple[str, ...]:
    """All words of the rows that are counted."""
    return counted.words or WORDS[register]


def strays(registers: Registers) -> Iterator[str]:
    """Each fault: a register of which nothing is counted, so that any correction of it would pass, or a word that no row has."""
    for register in WORDS:
        if not registers.get(register):
            yield f"registers: say under '{register}' what figures count of it, e.g. all rows: {{name: {{}}}}"
    for register, counts in registers.items():
        for name, counted in counts.items():
            for word in counted.words:
                if word not in WORDS[register]:
                    yield f"registers: '{word}' under {register}, {name}, is no word of a register.{nearest(word, WORDS[register])}"


def uncounted(registers: Registers, flows: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Counts of flows that no register is known to have, so that a correction would not be held against them. `flows`: whom each figure counts."""
    known = {name: (register, counted) for register, counts in registers.items() for name, counted in counts.items()}
    for code, traits in flows.items():
        of, *words = traits["of"], *(value for name, value in traits.items() if name != "of")
        if of not in known:
            yield f"registers: no row of a register is said to be of '{of}', which {code} counts.{nearest(of, sorted(known))}"
            continue
        register, counted = known[of]
        names = set(traits) - {"of"}
        if names - {counted.apart} or set(words) - set(words_of(register, counted)):
            yield f"registers: {code} counts {of} by {', '.join(sorted(names))}: say so with `apart` and among `words` of '{of}'"
