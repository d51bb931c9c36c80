"""How counts of people depend on each other, by what they are counts of. Each relation holds in the data: a reader may know it, so it is used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from parity.catalogue.policy import Policy
from publication.cell import YEAR
from publication.knowledge import Relation, sums_to
from publication.people import BOTH, MAN, WOMAN, People, is_joined, joins

Sizes = Mapping[People, int]


def relations_of(sizes: Sizes, policy: Policy) -> Iterator[Relation]:
    yield from _sums(sizes)
    yield from _joined(sizes)
    yield from _over_time(sizes, policy)


def _sums(sizes: Sizes) -> Iterator[Relation]:
    """Each whole and its parts by one more dimension, and women and men of both. Whether the parts are all of the whole, a reader may know:
    so where they are, it is a sum."""
    parts: dict[tuple[People, str], list[People]] = defaultdict(list)
    for people in sizes:
        for name, value in people.traits:
            if not is_joined(value) and (whole := people.without(name)) in sizes:
                parts[whole, name].append(people)
        if people.who in (WOMAN, MAN) and (both := replace(people, who=BOTH)) in sizes:
            parts[both, "sex"].append(people)
    for (whole, dimension), members in parts.items():
        total = sum(sizes[part] for part in members)
        if total <= sizes[whole]:  # where a person is in two parts, no reader can add them up
            yield sums_to(whole, sorted(members), is_complete=total == sizes[whole], name=f"by {dimension}")


def _joined(sizes: Sizes) -> Iterator[Relation]:
    """People of several values of a trait: the sum of those of each, where all of these are counted, else no fewer than the sum; and part of those
    of more values, and of all."""
    joined = [(people, name, value) for people in sizes for name, value in people.traits if is_joined(value)]
    single: dict[tuple[People, str], list[tuple[People, str]]] = defaultdict(list)
    for people in sizes if joined else ():
        for name, value in people.traits:
            single[people.without(name), name].append((people, value))
    for people, name, value in joined:
        others = single[people.without(name), name]
        members = [other for other, its in others if not is_joined(its) and joins(value, its)]
        wider = [other for other, its in others if is_joined(its) and set(_values(others, value)) < set(_values(others, its))]
        wider += [people.without(name)] if people.without(name) in sizes else []
        if members and (total := sum(sizes[part] for part in members)) <= sizes[people]:
            yield sums_to(people, sorted(members), is_complete=total == sizes[people], name=f"by {name}")
        for whole in wider:
            if sizes[people] <= sizes[whole]:
                yield sums_to(whole, [people], is_complete=sizes[people] == sizes[whole], name=f"of known {name}")


def _values(others: list[tuple[People, str]], value: str) -> list[str]:
    return [its for _, its in others if its != value and joins(value, its)] if is_joined(value) else [value]


def _over_time(sizes: Sizes, policy: Policy) -> Iterator[Relation]:
    """A year's count, what is added in the next year and what is taken away, and the next year's count; of women, of men and of both."""
    for before in sizes:
        change = policy.over_time.get(before.of)
        if change is None or before.traits or before.period != YEAR:  # no flow leads from or to a mid-year
            continue
        after = replace(before, period_year=before.period_year + 1)
        plus, minus = replace(after, of=change.plus), replace(after, of=change.minus)
        if all(people in sizes for people in (after, plus, minus)) and sizes[before] + sizes[plus] - sizes[minus] == sizes[after]:
            yield Relation(((before, 1), (plus, 1), (minus, -1), (after, -1)), name="from one year to the next")
