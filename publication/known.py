"""Figures known from elsewhere (catalogue/known.yml) among the facts that the attack on a release starts from.

A statement that the warehouse's own count contradicts is of other people, or wrong: taken for true, it would mislead the attack, so it is left out
and told. A count that follows from such statements and earlier releases is known already: no new figure gives it away, and none can protect it. It
still counts against all others.

Limits: a statement is of a year, and never of a mid-year. A statement on people that no published figure tells of is left out too, as nothing relates it to a figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parity.catalogue.known import FILE, Known
from parity.catalogue.policy import Policy
from publication.attack import attack
from publication.cell import YEAR
from publication.facts import Facts
from publication.knowledge import Count
from publication.people import People, traits_of


@dataclass(frozen=True)
class Use:
    """A statement and what the attack does with it; `key` is None where it is left out, and `why` says why."""

    known: Known
    key: People | None
    why: str

    def __str__(self) -> str:
        return f"{self.known} is {self.known.least} to {self.known.greatest} ({self.known.source}): {self.why}"


def uses(known: Sequence[Known], facts: Facts, policy: Policy) -> list[Use]:
    """How the attack uses each statement, or why it leaves it out."""
    by_traits = {
        (key.of, key.agency_code, key.period_year, key.who, key.traits): key for key in facts.truth if key.period == YEAR
    }
    found = []
    for each in known:
        of, traits = traits_of(each.indicator, each.gender, each.grade_band, each.breakdown, each.breakdown_value, policy)
        key = by_traits.get((of, each.agency, each.year, each.who, traits))
        if key is None:
            found.append(Use(each, None, "left out, as no published figure tells of these people"))
        elif not each.least <= facts.truth[key] <= each.greatest:
            found.append(Use(each, None, "left out, as staff lists count otherwise: it is of other people, or wrong"))
        else:
            found.append(Use(each, key, "used"))
    return found


def with_known(facts: Facts, used: Sequence[Use]) -> Facts:
    """The facts, and what readers know from elsewhere. What this and earlier releases give away already, no release can protect."""
    told = [
        Count(
            use.key,
            use.known.least,
            use.known.greatest,
            size=facts.truth[use.key],
            was_published=True,
            is_held=True,
            origin=f"{FILE}: {use.known.source}",
        )
        for use in used
        if use.key is not None
    ]
    if not told and not any(count.is_held for count in facts.counts):
        return facts
    known_already = _without_this_release(facts, told)
    counts = [replace(count, is_protected=False) if count.key in known_already else count for count in facts.counts]
    return replace(facts, counts=[*counts, *told])


def _without_this_release(facts: Facts, told: Sequence[Count]) -> set[People]:
    """The protected counts that earlier releases and what is known from elsewhere give away, whatever is published now."""
    unsaid = [count if count.is_held else replace(count, low=0, high=None) for count in facts.counts]
    return {finding.key for finding in attack([*unsaid, *told], facts.relations).fallen}
