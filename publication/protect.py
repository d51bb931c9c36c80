"""Secondary suppression: suppress published counts until the attack finds nothing.

Of the facts behind a fallen count, the smallest published count is suppressed, but never one that was published before: readers hold it already.
Where only such counts, classes and relations are behind it, nothing can protect the candidate.

Limits: one cell is chosen at a time, so now and then one is suppressed that a later choice makes needless.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic

from publication.attack import LEAST_VALUES, Finding, attack
from publication.connected import connected
from publication.knowledge import Count, Fact, K, Key, Relation


@dataclass(frozen=True)
class Suppression(Generic[K]):
    """A published count that is suppressed too, and the finding that it ends."""

    key: K
    protects: Finding[K]

    def __str__(self) -> str:
        return f"{self.key} is suppressed, or else {self.protects}"


class CannotBeProtected(ValueError):
    """No suppression that is still possible protects these counts. `findings` carry the equations, `suppressed` what was tried before."""

    def __init__(self, findings: Sequence[Finding], suppressed: Sequence[Suppression]) -> None:
        self.findings, self.suppressed = tuple(findings), tuple(suppressed)
        super().__init__("\n".join(f"cannot be protected: {finding}" for finding in findings))


def protect(
    counts: Sequence[Count[K]],
    relations: Sequence[Relation[K]],
    *,
    least_values: int = LEAST_VALUES,
    suppressed_as: tuple[int, int | None] = (0, None),
    is_strict: bool = True,
) -> tuple[Suppression[K], ...]:
    """The counts to suppress besides the protected ones, in the order of choice, so that no protected count is found.

    `suppressed_as`: the least and greatest value that a reader knows of a count suppressed here; by default only that it is no less than 0. One that
    is smaller than the least (a published 0) is known to be no less than it is. All
    statements of a count that is suppressed go, but for those that readers hold; one that was published before keeps its count from being suppressed.
    `is_strict`: the counts suppressed here may not be found either. They are large enough to be published, so finding one does no harm by itself.

    Raises CannotBeProtected, and what `attack` raises.
    """
    suppressed: list[Suppression[K]] = []
    lost: list[Finding[K]] = []
    for lot in connected(counts, relations):
        if not any(count.is_protected for count in lot[0]):
            continue
        try:
            suppressed += _protected(*lot, least_values, suppressed_as, is_strict)
        except CannotBeProtected as error:
            lost += error.findings
            suppressed += error.suppressed
    if lost:
        raise CannotBeProtected(lost, suppressed)
    return tuple(suppressed)


def _protected(
    known: list[Count], relations: list[Relation], least_values: int, suppressed_as: tuple[int, int | None], is_strict: bool
) -> list[Suppression]:
    """The same for one lot of connected facts."""
    low, high = suppressed_as
    suppressed: list[Suppression] = []
    fallen = attack(known, relations, least_values=least_values).fallen
    while fallen:
        may_go = _may_be_suppressed(known)
        if lost := [finding for finding in fallen if not any(_published(finding.because, may_go))]:
            raise CannotBeProtected(lost, suppressed)
        chosen = {choice.key: choice for choice in _choices(fallen, may_go)}
        suppressed += chosen.values()
        known = [
            replace(count, low=min(low, _size(count)), high=high, is_protected=is_strict, size=_size(count))
            if count.key in chosen and not count.is_held
            else count
            for count in known
        ]
        # Who stood before stands: a suppression only adds to what is possible.
        again = {finding.key for finding in fallen} | {choice.key for choice in suppressed}
        fallen = attack(known, relations, least_values=least_values, only=again).fallen
    return suppressed


def _may_be_suppressed(counts: Sequence[Count]) -> dict[Key, int]:
    """The counts that are published by this candidate alone, with their sizes."""
    kept = {count.key for count in counts if count.is_protected or count.was_published}
    return {count.key: _size(count) for count in counts if count.key not in kept}


def _choices(fallen: Sequence[Finding], may_go: dict[Key, int]) -> Iterator[Suppression]:
    """The smallest count behind each finding, unless a choice before takes one of its facts away."""
    gone: set[Key] = set()
    for finding in fallen:
        behind = set(_published(finding.because, may_go))
        if not behind & gone:
            key = min(behind, key=lambda key: (may_go[key], repr(key)))
            gone.add(key)
            yield Suppression(key, finding)


def _published(facts: Sequence[Fact], may_go: dict[Key, int]) -> list[Key]:
    return [fact.key for fact in facts if isinstance(fact, Count) and fact.key in may_go]


def _size(count: Count) -> int:
    return count.low if count.size is None else count.size
