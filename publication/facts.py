"""What a reader knows of the staff of each agency from the published cells: the facts that the attack on a release starts from.

A cell tells of counts: women and men on the two sides of a share, or the events of a rate. `counts` in catalogue/disclosure.yml says what these
are of, so that two cells of the same people tell of one count. Figures above an agency add nothing: they follow from those of its agencies. Ratios
are left out, as other cells tell of their counts.

Limits: DEP-01 and REC-03 have counts that no other cell tells of, and these are not attacked. Neither are surveys. Each year stands alone: that
this year's stock follows from the last one's, hires and leavers is not used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from parity.catalogue.policy import Policy
from publication.cell import Cell, PublishedCell, Status
from publication.disclosure import NO_BREAKDOWNS, WITH_ANOTHER, is_whole
from publication.knowledge import Count, Relation, sums_to

Sides = tuple[tuple[int, int | None], ...]  # least and greatest of the count, of the rest, and of both
WOMAN, MAN, BOTH = "woman", "man", "women and men"
INSIDE, REST = "counted", "not counted"


@dataclass(frozen=True, order=True)
class People:
    """Some people of an agency and year. `traits` are the dimensions that they are chosen by, with the value of each."""

    of: str
    agency_code: str
    period_year: int
    provenance: str
    who: str
    traits: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        traits = "".join(f", {name} {value}" for name, value in self.traits)
        return f"{self.of} of {self.agency_code} {self.period_year}, {self.who}{traits}"


@dataclass
class Facts:
    """Counts and relations, and for each count the numbers of the cells that tell of it and how many people it really is."""

    counts: list[Count] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    told_by: dict[People, list[int]] = field(default_factory=lambda: defaultdict(list))
    truth: dict[People, int] = field(default_factory=dict)


def facts_of(cells: Sequence[Cell], rows: Sequence[PublishedCell], policy: Policy) -> Facts:
    """What all shown, classed and suppressed cells of agencies tell of their staff; `rows[i]` is what is published of `cells[i]`."""
    facts, wholes = Facts(), _wholes(cells, policy)
    for number, (cell, row) in enumerate(zip(cells, rows, strict=True)):
        if cell.agency_code == "all" or cell.indicator_code not in policy.counts or cell.numerator is None:
            continue
        if row.suppression_reason == NO_BREAKDOWNS:  # whatever its size
            continue
        told = _of_rate(cell, row, policy) if cell.unit != "pct" else _of_share(cell, row, wholes, policy)
        told = [_told_apart(count, cell, facts) for count in told]
        for count in told:
            facts.counts.append(count)
            facts.truth[count.key] = count.size
            facts.told_by[count.key].append(number)
        if cell.unit == "pct":
            inside, rest, both = (count.key for count in told)
            facts.relations.append(Relation(((inside, 1), (rest, 1), (both, -1)), name="both sides"))
    facts.relations += _sums(facts)
    return facts


def _told_apart(count: Count, cell: Cell, facts: Facts) -> Count:
    """A count that another cell has otherwise is of other people, whatever the definitions say."""
    if facts.truth.get(count.key, count.size) == count.size:
        return count
    return replace(count, key=replace(count.key, traits=(*count.key.traits, ("of", cell.indicator_code))))


def _key(cell: Cell, who: str, policy: Policy) -> People:
    traits = dict(policy.counts[cell.indicator_code])
    of = traits.pop("of")
    if cell.grade_band != "all":
        traits["grade_band"] = cell.grade_band
    if cell.breakdown != "none":
        traits[cell.breakdown] = cell.breakdown_value
    if cell.gender != "all" and who in (INSIDE, REST, BOTH):
        traits["gender"] = cell.gender
    return People(of, cell.agency_code, cell.period_year, cell.provenance, who, tuple(sorted(traits.items())))


def _wholes(cells: Sequence[Cell], policy: Policy) -> dict[tuple[str, int, str], tuple[float, float]]:
    """Women and men of each agency and year."""
    return {
        (cell.agency_code, cell.period_year, cell.provenance): (cell.numerator, cell.denominator - cell.numerator)
        for cell in cells
        if policy.counts.get(cell.indicator_code) == {"of": "stock"} and is_whole(cell) and cell.numerator is not None
    }


def _of_share(cell: Cell, row: PublishedCell, wholes: Mapping[Any, tuple[float, float]], policy: Policy) -> list[Count]:
    """The count, the rest, and both together."""
    is_of_women = policy.counts[cell.indicator_code]["of"] in ("stock", "applicants", "hires")
    names = (WOMAN, MAN, BOTH) if is_of_women else (INSIDE, REST, BOTH)
    exact = (cell.numerator, cell.denominator - cell.numerator, cell.denominator)
    if row.is_suppressed:
        known = _of_suppressed_share(cell, row, policy)
        if not is_whole(cell) or policy.counts[cell.indicator_code] != {"of": "stock"}:
            known = _or_nobody(known, wholes.get((cell.agency_code, cell.period_year, cell.provenance)), policy)
    else:
        half, least = policy.rounding_base // 2, policy.min_count
        shown = (row.numerator, row.denominator)
        count, base = ((max(int(value) - half, least), int(value) + half) if value else (0, 0) for value in shown)
        rest = (0, None) if row.numerator < row.denominator else (0, 0)
        known = (count, (least, None) if rest[1] is None else rest, base)
    is_hidden = [row.is_suppressed and 0 < value < policy.min_count for value in exact[:2]] + [False]
    return [
        Count(_key(cell, who, policy), low, high, is_protected=hidden, size=int(value), origin=cell.indicator_code)
        for who, (low, high), hidden, value in zip(names, known, is_hidden, exact, strict=True)
    ]


def _of_suppressed_share(cell: Cell, row: PublishedCell, policy: Policy) -> Sides:
    """A small base is known to be small, a class to be one; which side is small is said."""
    if cell.n < policy.min_base_hr:
        return (0, policy.min_base_hr - 1), (0, policy.min_base_hr - 1), (1, policy.min_base_hr - 1)
    small = (0 if row.status == Status.FEW else 1, policy.min_count - 1)
    base = (policy.min_base_hr, None)
    sides = (cell.numerator, cell.denominator - cell.numerator)
    if row.suppression_reason == WITH_ANOTHER:  # the reason says that neither side is small
        inside, outside = ((min(policy.min_count, int(value)), None) for value in sides)
        return inside, outside, base
    if row.status != Status.FEW and not any(0 < value < policy.min_count for value in sides):  # nobody, of a whole that is small
        nobody = (0, policy.min_count - 1)
        return (nobody, (0, None), base) if sides[0] == 0 else ((0, None), nobody, base)
    is_inside = sides[0] < policy.min_count if row.status == Status.FEW else 0 < sides[0] < policy.min_count
    return (small, (0, None), base) if is_inside else ((0, None), small, base)


def _or_nobody(known: Sides, whole: tuple[float, float] | None, policy: Policy) -> Sides:
    """Where an agency has few women, or few men, a part with none of them has the same reason as a part with some. So it may have none."""
    *sides, base = known
    few = (1, policy.min_count - 1)
    return *(
        (0, few[1]) if side == few and whole and people < policy.min_count else side
        for side, people in zip(sides, whole or sides, strict=True)
    ), base


def _of_rate(cell: Cell, row: PublishedCell, policy: Policy) -> list[Count]:
    """The events."""
    who = {"woman": WOMAN, "man": MAN}.get(cell.gender, BOTH)
    half = policy.rounding_base // 2
    if not row.is_suppressed:
        low, high = max(int(row.numerator) - half, policy.min_count), int(row.numerator) + half
    else:
        low, high = 0, policy.min_count - 1 if row.status == Status.FEW else None
    is_hidden = row.is_suppressed and 0 < cell.numerator < policy.min_count
    return [
        Count(_key(cell, who, policy), low, high, is_protected=is_hidden, size=int(cell.numerator), origin=cell.indicator_code)
    ]


def _sums(facts: Facts) -> Iterator[Relation]:
    """Each whole and its parts by one more dimension, and women and men beside both. Whether the parts are all of the whole, a reader may know:
    so where they are, it is a sum."""
    parts: dict[tuple[People, str], list[People]] = defaultdict(list)
    for people in facts.truth:
        for trait in people.traits:
            whole = People(
                people.of, people.agency_code, people.period_year, people.provenance, people.who,
                tuple(other for other in people.traits if other != trait),
            )  # fmt: skip
            if whole in facts.truth:
                parts[whole, trait[0]].append(people)
        if people.who in (WOMAN, MAN):
            both = People(people.of, people.agency_code, people.period_year, people.provenance, BOTH, people.traits)
            if both in facts.truth:
                parts[both, "sex"].append(people)
    for (whole, dimension), members in parts.items():
        total = sum(facts.truth[part] for part in members)
        if total <= facts.truth[whole]:  # where a person is in two parts, no reader can add them up
            yield sums_to(whole, sorted(members), is_complete=total == facts.truth[whole], name=f"by {dimension}")
