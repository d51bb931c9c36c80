"""The attack: what a reader who holds everything ever published could work out about the counts that are suppressed or in a class.

The reader knows an interval for each count and how the counts depend on each other, over all releases and other sources at once. A protected count
has fallen where fewer than `least_values` values are left to it, or not all of its class where the class has fewer. Values are counted, not only
limits: a count that could be 1 or 4, but nothing in between, has two.

Limits: the reader is certain of what he knows. What is only likely, he does not use.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Generic

import numpy as np

from publication.attack_reasons import Facts
from publication.attack_search import NoSolution, Search
from publication.attack_system import NoValueLeft, System
from publication.knowledge import Contradiction, Count, Fact, K, Relation

LEAST_VALUES = 3


@dataclass(frozen=True)
class Finding(Generic[K]):
    """What a protected count could still be: an integer from `least` to `greatest` (None: no limit). `shown` are values that occur in numbers
    that agree with everything known, at most `needed` of them. Both limits occur where `is_tight`; else the range may be narrower.
    `because`: of a fallen count, the facts that suffice to find it; without any one of them it stands."""

    key: K
    least: int
    greatest: int | None
    needed: int
    shown: tuple[int, ...]
    is_tight: bool
    because: tuple[Fact, ...] = ()

    @property
    def has_fallen(self) -> bool:
        return len(self.shown) < self.needed and self.greatest is not None

    def __str__(self) -> str:
        limit = f"{self.least} or more" if self.greatest is None else f"{self.least} to {self.greatest}"
        if not self.has_fallen:
            return f"{self.key} can be {limit}"
        found = f"is {self.least}" if self.least == self.greatest else f"can only be {' or '.join(map(str, self.shown))}"
        return f"{self.key} {found}, because " + "; ".join(str(fact) for fact in self.because)


@dataclass(frozen=True)
class Report(Generic[K]):
    """The findings, one for each protected count, and what was tried."""

    findings: tuple[Finding[K], ...]
    n_counts: int
    n_relations: int
    n_systems: int
    n_solves: int

    @property
    def fallen(self) -> tuple[Finding[K], ...]:
        return tuple(finding for finding in self.findings if finding.has_fallen)


def attack(
    counts: Sequence[Count[K]],
    relations: Sequence[Relation[K]],
    *,
    least_values: int = LEAST_VALUES,
    is_tight: bool = False,
    only: Collection[K] | None = None,
) -> Report[K]:
    """Find what each protected count could still be, given everything.

    A key that has several statements is one count, and must agree with all of them. A count is protected where one of its statements is.
    `is_tight` finds the exact limits of every protected count; without it, the search ends for a count that has shown enough values, and its limits
    are proven but may be too wide. `only` looks at these keys and leaves out what has nothing to do with them.

    Raises Contradiction where the facts cannot all be true, ValueError where a relation names a count without a statement, and Undecided where the
    solver did not end.
    """
    facts = Facts(counts, relations)
    needed = _needed(counts, least_values)
    if stray := {key for relation in relations for key, _ in relation.terms} - {count.key for count in counts}:
        relation = next(relation for relation in relations if any(key in stray for key, _ in relation.terms))
        raise ValueError(f"relation “{relation}” names counts of which nothing is said: {', '.join(sorted(map(str, stray)))}")
    asked = needed.keys() if only is None else needed.keys() & set(only)
    keys = tuple(dict.fromkeys(count.key for count in counts))
    try:
        system = System.of(counts, relations).tightened()
        parts = system.parts(None if only is None else np.array([at for at, key in enumerate(keys) if key in asked], dtype=int))
    except NoValueLeft as nothing:
        raise Contradiction(facts.contradiction([keys[nothing.column]])) from None

    sizes = {count.key: count.size for count in counts if count.size is not None}
    truth = np.array([sizes.get(key, -1) for key in keys], dtype=float)
    found: dict[K, Finding[K]] = {}
    n_solves = n_systems = 0
    for columns, part in parts:
        mine = np.array([at for at, column in enumerate(columns) if keys[column] in asked], dtype=int)
        search = Search(part, mine, np.array([needed[part.keys[at]] for at in mine], dtype=int), truth[columns])
        try:
            search.run(is_tight=is_tight)
        except NoSolution:
            raise Contradiction(facts.contradiction(part.keys)) from None
        found |= {finding.key: finding for finding in _findings(search)}
        n_solves, n_systems = n_solves + search.solver.solves, n_systems + 1
    for at in (at for at, key in enumerate(keys) if key in asked and key not in found):
        value = int(system.low[at])
        found[keys[at]] = Finding(keys[at], value, value, needed[keys[at]], (value,), True)
    findings = (_explained(found[key], facts) for key in keys if key in asked)
    return Report(tuple(findings), len(keys), len(relations), n_systems, n_solves)


def _needed(counts: Sequence[Count[K]], least_values: int) -> dict[K, int]:
    """How many values each protected count must keep."""
    needed: dict[K, int] = {}
    for count in counts:
        if count.is_protected:
            of_class = least_values if count.high is None else count.high - count.low + 1
            needed[count.key] = min(needed.get(count.key, least_values), of_class)
    return needed


def _findings(search: Search) -> list[Finding]:
    findings = []
    for at, column in enumerate(search.columns):
        least, greatest = search.least[at], search.greatest[at]
        is_tight = bool(search.lowest[at] == least and search.highest[at] == greatest)
        limit = None if np.isinf(greatest) else int(greatest)
        shown = tuple(sorted(int(value) for value in search.shown[at, : search.n_shown[at]] if not np.isnan(value)))
        findings.append(Finding(search.solver.system.keys[column], int(least), limit, int(search.needed[at]), shown, is_tight))
    return findings


def _explained(finding: Finding, facts: Facts) -> Finding:
    if not finding.has_fallen:
        return finding
    because = facts.reasons_for(finding.key, finding.needed)
    return Finding(finding.key, finding.least, finding.greatest, finding.needed, finding.shown, finding.is_tight, because)
