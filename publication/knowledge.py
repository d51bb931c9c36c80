"""What a reader knows: least and greatest values of counts of people, and the linear relations between these counts.

A count and its key are one: two statements with one key speak of the same people, whichever release or source they come from. Where the people
may differ, the caller gives two keys.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = Hashable
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Count(Generic[K]):
    """One statement about a count of people: it is an integer from `low` to `high`; `high` is None where no greatest value is known.

    A figure rounded to base 5 and published as 40 is 38 to 42, a class "fewer than 5" is 0 to 4, an exact figure has `low == high`.

    `is_protected`: the count is suppressed or in a class, so that a reader must not find it.
    `size`: how many people it really is. `protect` chooses by it, and `low` stands in for it; the attack takes the sizes for its first solution,
    where they agree with everything, and so saves time: no verdict depends on them.
    `was_published`: an earlier release or another source holds the figure, so that suppressing it now would hide nothing.
    `is_held`: an earlier release or another source made the statement, so that it stands whatever is suppressed now.
    `origin`: where the statement comes from, for the report: a release, a catalogue file.

    Raises ValueError where no value is possible, or a value is negative.
    """

    key: K
    low: int
    high: int | None
    is_protected: bool = False
    size: int | None = None
    was_published: bool = False
    is_held: bool = False
    origin: str = ""

    @property
    def is_so(self) -> bool:
        """Whether the statement is known to be true of the people there really are."""
        return self.size is not None and self.low <= self.size and (self.high is None or self.size <= self.high)

    def __post_init__(self) -> None:
        if self.low < 0 or (self.high is not None and self.high < self.low):
            raise ValueError(f"{self.key}: a count of people cannot be {self.low} to {self.high}")

    def __str__(self) -> str:
        value = (
            f"{self.low} or more"
            if self.high is None
            else f"{self.low} to {self.high}"
            if self.high > self.low
            else f"{self.low}"
        )
        return f"{self.key} is {value}" + (f" ({self.origin})" if self.origin else "")


@dataclass(frozen=True)
class Relation(Generic[K]):
    """The sum of coefficient × count over `terms` is `constant`, or at most `constant`. All numbers are integers.

    A known ratio of two counts is two such relations: of "39.7 %", that 1000 a - 397.5 b is at most 0, written with integers.
    """

    terms: tuple[tuple[K, int], ...]
    constant: int = 0
    is_at_most: bool = False
    name: str = ""

    def __str__(self) -> str:
        total = " ".join(
            f"{'-' if n < 0 else '+'} {'' if abs(n) == 1 else f'{abs(n)} × '}{key}" for key, n in self.terms
        ).removeprefix("+ ")
        return (f"{self.name}: " if self.name else "") + f"{total} {'≤' if self.is_at_most else '='} {self.constant}"


Fact = Count | Relation


def sums_to(whole: K, parts: Iterable[K], *, is_complete: bool = True, name: str = "") -> Relation[K]:
    """The relation of a whole to its parts. With `is_complete=False` the parts need not cover everybody: their sum is at most the whole."""
    return Relation((*((part, 1) for part in parts), (whole, -1)), is_at_most=not is_complete, name=name)


def same(one: K, other: K, *, name: str = "") -> Relation[K]:
    """Two keys that stand for copies of one count."""
    return Relation(((one, 1), (other, -1)), name=name)


class Contradiction(ValueError):
    """No numbers of people agree with all that the reader is said to know. `facts` contradict each other; without any one, they do not."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.facts = tuple(facts)
        super().__init__("these cannot all be true: " + "; ".join(str(fact) for fact in self.facts))

    @property
    def keys(self) -> tuple[Key, ...]:
        """The counts that the contradiction is about, each once."""
        named = (fact.terms if isinstance(fact, Relation) else ((fact.key, 1),) for fact in self.facts)
        return tuple(dict.fromkeys(key for terms in named for key, _ in terms))
