"""How many people differ between two snapshots, and how many more would have to. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from parity.catalogue.policy import Policy


@dataclass(frozen=True)
class Difference:
    """People who came, left or changed between two versions. One whose sex differs is among the women and among the men.

    `in_all` are the people who differ in anything, where some differ only in what no figure is broken down by: pay, or the day of an event within its
    year. Ten of these must not cover one who left. `apart`: those who differ in each closed `year` of spells, and in each `kind` of event that a
    figure counts, for which the rule must hold separately. `added`: of two lists that figures take together, those of the first who differ.
    """

    people: int = 0
    women: int = 0
    men: int = 0
    in_all: Difference | None = None
    apart: tuple[Difference, ...] = ()
    year: int | None = None
    kind: str | None = None
    added: Difference | None = None

    def parts(self, *, is_new: bool) -> list[Difference]:
        """What must not be too few, each by itself. A new list of the same date adds its people to the figures of the list that is there."""
        added = self.added.parts(is_new=False) if is_new and self.added else []
        return [*(self.apart or (replace(self, added=None),)), *added]

    @property
    def of_anything(self) -> Difference:
        return self.in_all or self

    @property
    def where(self) -> str:
        """The year and the kind of event of a part, as the end of a reason."""
        return (f", in {self.year}" if self.year else "") + (f": {self.kind}" if self.kind else "")

    def missing(self, policy: Policy) -> int:
        """How many more people have to differ for both to be published; 0 where they may be."""
        if self.apart:
            return max(each.missing(policy) for each in self.apart)
        if self.in_all is not None:
            return max(replace(self, in_all=None).missing(policy), self.in_all.missing(policy))
        if not self.people:
            return 0
        each = policy.min_changed_of_each_sex
        of_sexes = sum(max(each - count, 0) for count in (self.women, self.men) if count)
        return max(policy.min_changed_people - self.people, of_sexes, 0)
