"""docs/reference/definitions-review.md, made from the catalogue by `parity generate`: what an expert compares with the standards.

For each indicator the standard, what is computed, what differs and why. An indicator that nobody compared with a standard yet says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from parity.catalogue.indicators import NOTHING, Indicator, Standard
from parity.catalogue.models import Catalogue
from parity.catalogue.words import periods, population

NOT_YET = "Not compared with a standard yet."


def review_page(catalogue: Catalogue) -> str:
    """The whole page as Markdown."""
    lines = [
        "# Review of the definitions",
        "",
        "<!-- Made from catalogue/indicators.yml by `parity generate`: edit there, and run it again. -->",
        "",
        f"Catalogue {catalogue.version}. What each indicator was compared with, what is computed, where the two differ, and why. It is written for"
        " those who know the standards. Tell us where it is wrong. [Indicators](indicators.md) has units, targets and breakdowns, and"
        " [Estimates and intervals](../explanation/estimates.md) the methods.",
        "",
        *_summary(catalogue),
    ]
    for version, changes in catalogue.changes.items():
        lines += ["", f"## What {version} changed", "", *(f"- {change}" for change in changes)]
    for number, name in catalogue.domains.items():
        lines += ["", f"## {number} {name}"]
        for indicator in catalogue.indicators:
            if indicator.domain == number:
                lines += ["", f"### {indicator.id} {indicator.name}", "", *(f"- {said}" for said in _entry(indicator))]
    return "\n".join(lines) + "\n"


def _summary(catalogue: Catalogue) -> Iterator[str]:
    compared = [indicator for indicator in catalogue.indicators if indicator.differs]
    same = [indicator.id for indicator in compared if indicator.differs == NOTHING]
    unsure = [indicator.id for indicator in compared if indicator.unsure]
    waiting = [indicator.id for indicator in catalogue.indicators if not indicator.differs]
    yield f"- {len(compared)} of {len(catalogue.indicators)} indicators were compared; nothing differs in {_listed(same)}."
    yield f"- Something could not be checked in the document itself: {_listed(unsure)}."
    yield f"- Not compared yet: {_listed(waiting)}."
    if catalogue.sources_read:
        yield f"- {catalogue.sources_read}"


def _listed(codes: list[str]) -> str:
    return ", ".join(codes) or "none"


def _entry(indicator: Indicator) -> Iterator[str]:
    yield from (f"**Standard**: {told(standard)}: {standard.says}." for standard in indicator.standards)
    if not indicator.standards:
        yield f"**Standard**: {f'none: {_sentence(indicator.differs)}' if indicator.differs else NOT_YET} After: {indicator.ref}."
    yield f"**Computed**: {indicator.definition} ({indicator.unit})."
    yield f"**Counted**: {population(indicator)}. **When**: {periods(indicator)}."
    if indicator.differs and indicator.standards:
        yield f"**Differs**: {_sentence(indicator.differs)}"
    if indicator.why:
        yield f"**Why**: {_sentence(indicator.why)}"
    if indicator.unsure:
        yield f"**Not checked**: {_sentence(indicator.unsure)}"


def told(standard: Standard) -> str:
    """Document, table and year."""
    table = f", {standard.table}" if standard.table else ""
    return f"{standard.document}{table}" + (f" ({standard.year})" if standard.year else "")


def _sentence(words: str) -> str:
    return words if words.endswith(".") else f"{words}."
