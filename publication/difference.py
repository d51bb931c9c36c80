"""How many people differ between two snapshots, and how many more would have to. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from parity.catalogue.policy import Policy


@dataclass(frozen=True)
class Difference:
    """People who came, left or changed between two versions. One whose sex differs is among the women and among the men.

    No figure is broken down by pay, so a rise of everybody's must not count towards the ten whose leaving it would cover. `with_pay` are the people
    who differ in anything, where the pay of some differs and nothing else. `in_years`: of spells, those who differ in each closed `year`, which the
    rule must hold for separately. `added`: of two lists that figures take together, those of the first who differ.
    """

    people: int = 0
    women: int = 0
    men: int = 0
    with_pay: Difference | None = None
    in_years: tuple[Difference, ...] = ()
    year: int | None = None
    added: Difference | None = None

    def parts(self, *, is_new: bool) -> list[Difference]:
        """What must not be too few, each by itself. A list that is new beside another adds its people to the figures of that one."""
        added = self.added.parts(is_new=False) if is_new and self.added else []
        return [*(self.in_years or (replace(self, added=None),)), *added]

    @property
    def of_anything(self) -> Difference:
        return self.with_pay or self

    def missing(self, policy: Policy) -> int:
        """How many more people have to differ for both to be published; 0 where they may be."""
        if self.with_pay is not None:
            return max(replace(self, with_pay=None).missing(policy), self.with_pay.missing(policy))
        if self.in_years:
            return max(each.missing(policy) for each in self.in_years)
        if not self.people:
            return 0
        each = policy.min_changed_of_each_sex
        of_sexes = sum(max(each - count, 0) for count in (self.women, self.men) if count)
        return max(policy.min_changed_people - self.people, of_sexes, 0)
