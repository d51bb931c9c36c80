"""Why a count falls, or why facts contradict: a set of facts that suffices, and of which none can be spared.

With fewer facts, a count has at least as many values left. So any set that suffices can be cut down, fact by fact, and what is left is irreducible;
there may be others. The search starts near the count, and goes further out only where that does not suffice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from publication.attack_search import NoSolution, Search
from publication.attack_solver import Solver
from publication.attack_system import NoValueLeft, System
from publication.knowledge import Count, Fact, Key, Relation

UNUSED = 1e-9  # a dual value below this says that the linear program did not use the fact
MANY = 16  # with fewer facts than this, leaving them out one by one takes the fewest tries


class Facts:
    """All facts, by the counts that they are about."""

    def __init__(self, counts: Sequence[Count], relations: Sequence[Relation]) -> None:
        self.counts, self.relations = counts, relations
        self._about: dict[Key, list[Relation]] = {}
        self._statements: dict[Key, list[Count]] = {}
        for relation in relations:
            for key in dict.fromkeys(key for key, _ in relation.terms):
                self._about.setdefault(key, []).append(relation)
        for count in counts:
            self._statements.setdefault(count.key, []).append(count)

    def reasons_for(self, key: Key, needed: int) -> tuple[Fact, ...]:
        """An irreducible set of facts under which fewer than `needed` values are left to this count."""
        return self._near([key], lambda facts: falls(facts, key, needed), lambda facts: _used(facts, key))

    def contradiction(self, keys: Sequence[Key]) -> tuple[Fact, ...]:
        """An irreducible set of facts that contradict each other, near these counts."""
        return self._near(keys, contradicts, lambda facts: facts)

    def _near(
        self,
        keys: Sequence[Key],
        suffices: Callable[[Sequence[Fact]], bool],
        narrowed: Callable[[Sequence[Fact]], Sequence[Fact]],
    ) -> tuple[Fact, ...]:
        known = list(dict.fromkeys(keys))
        while True:
            facts: list[Fact] = [statement for key in known for statement in self._statements.get(key, ())]
            if not suffices(facts):
                relations = list(dict.fromkeys(relation for key in known for relation in self._about.get(key, ())))
                further = list(dict.fromkeys([*known, *(key for relation in relations for key, _ in relation.terms)]))
                facts = [*relations, *(statement for key in further for statement in self._statements.get(key, ()))]
                if not suffices(facts):
                    if len(further) == len(known):
                        raise ArithmeticError(f"no facts around {keys[0]} suffice for what was found")
                    known = further
                    continue
            fewer = narrowed(facts)
            return tuple(irreducible(fewer if suffices(fewer) else facts, suffices))


def irreducible(facts: Sequence[Fact], suffices: Callable[[Sequence[Fact]], bool]) -> list[Fact]:
    """A subset that suffices and of which no fact can be spared: leaves out as many at once as can be left out, at last one by one."""
    kept, step = list(facts), len(facts) // 2
    while step > 1 and len(kept) > MANY:
        for start in range(len(kept) - step, -1, -step):
            if suffices(fewer := kept[:start] + kept[start + step :]):
                kept = fewer
        step //= 2
    for fact in list(kept):
        if suffices(fewer := [other for other in kept if other is not fact]):
            kept = fewer
    return kept


def falls(facts: Sequence[Fact], key: Key, needed: int) -> bool:
    """Whether these facts alone leave fewer than `needed` values to this count."""
    system = _system(facts, key).tightened()
    at = system.keys.index(key)
    if system.high[at] - system.low[at] + 1 < needed or needed <= 1:
        return needed > 1
    search = Search(system, np.array([at]), np.array([needed]))
    search.run(is_tight=False)
    return bool(search.is_open[0])


def contradicts(facts: Sequence[Fact]) -> bool:
    """Whether no integers agree with these facts."""
    try:
        for _, part in _system(facts).tightened().parts():
            Search(part, np.array([], dtype=int), np.array([], dtype=int)).run(is_tight=False)
    except (NoValueLeft, NoSolution):
        return True
    return False


def _used(facts: Sequence[Fact], key: Key) -> list[Fact]:
    """The facts that the linear programs for the two ends of this count rest on."""
    relations = [fact for fact in facts if isinstance(fact, Relation)]
    system = _system(facts, key)
    objective = np.zeros(len(system.keys))
    solver = Solver(system)
    used_rows, used_columns = np.zeros(len(relations), dtype=bool), np.zeros(len(objective), dtype=bool)
    for side in (1, -1):
        objective[system.keys.index(key)] = side
        if duals := solver.best(objective).duals:
            used_rows |= np.abs(duals[0]) > UNUSED
            used_columns |= np.abs(duals[1]) > UNUSED
    rows = {relation for relation, is_used in zip(relations, used_rows, strict=True) if is_used}
    keys = {key} | {key for key, is_used in zip(system.keys, used_columns, strict=True) if is_used}
    return [fact for fact in facts if (fact in rows if isinstance(fact, Relation) else fact.key in keys)]


def _system(facts: Sequence[Fact], *keys: Key) -> System:
    statements = [fact for fact in facts if isinstance(fact, Count)]
    nothing_known = [Count(key, 0, None) for key in keys]
    return System.of([*statements, *nothing_known], [fact for fact in facts if isinstance(fact, Relation)])
