"""The attack on a release that is to be shown again: what follows from it with all that readers know today.

A count falls where today's knowledge and this release together give it away, and neither the other releases alone nor the statements alone do: these
nobody can take back. A statement from elsewhere that contradicts what the release tells is of other people, and left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from parity.catalogue.known import FILE, Known
from parity.catalogue.policy import Policy
from publication.attack import Report, attack
from publication.cell import YEAR, Cell, PublishedCell
from publication.earlier import Told
from publication.knowledge import Contradiction, Count, Fact, Relation
from publication.known import Use
from publication.people import People, traits_of
from publication.retold import Retold, common, retold
from publication.sides import Range

Each = TypeVar("Each", Count, Relation)


def attacked_again(
    rows: Sequence[PublishedCell],
    said: Mapping[str, Told],
    others: Mapping[str, Sequence[Told]],
    now: Sequence[Cell],
    known: Sequence[Known],
    policy: Policy,
    protected_then: Collection[str],
) -> tuple[Report, list[Use]]:
    """What the attack finds, and what it does with each statement of `known`.

    `rows` are the cells of the release, `said` what it told by the id of the cell, `others` what all other releases that readers saw told of the same
    people, `now` today's exact cells. `protected_then`: the names of the counts that its own attack protected. Raises Undecided, and
    Contradiction where what the release tells contradicts itself.
    """
    world = retold(rows, said, others, now, policy, protected_then)
    used = _uses(known, world.ranges, policy)
    world.known = [
        Count(
            use.key, use.known.least, use.known.greatest, was_published=True, is_held=True, origin=f"{FILE}: {use.known.source}"
        )
        for use in used
        if use.key is not None
    ]
    report = _attacked(world)
    stay = {(count.key, count.low, count.high) for count in world.known}
    used = [
        use
        if use.key is None or (use.key, use.known.least, use.known.greatest) in stay
        else Use(use.known, None, "left out, as it contradicts what the release tells")
        for use in used
    ]
    return report, used


def _uses(known: Sequence[Known], ranges: Mapping[People, Range], policy: Policy) -> list[Use]:
    """How the attack uses each statement, or why it leaves it out."""
    by_traits = {(key.of, key.agency_code, key.period_year, key.who, key.traits): key for key in ranges if key.period == YEAR}
    found = []
    for each in known:
        of, traits = traits_of(each.indicator, each.gender, each.grade_band, each.breakdown, each.breakdown_value, policy)
        key = by_traits.get((of, each.agency, each.year, each.who, traits))
        if key is None:
            found.append(Use(each, None, "left out, as no published figure tells of these people"))
        elif not common(ranges[key], (each.least, each.greatest)):
            found.append(Use(each, None, "left out, as staff lists count otherwise: it is of other people, or wrong"))
        else:
            found.append(Use(each, key, "used"))
    return found


def _attacked(world: Retold) -> Report:
    """What falls by this release. Leaves out of `world` what contradicts what it tells."""
    protected = {count.key for count in world.own if count.is_protected}
    if not protected:
        return Report((), len(world.ranges), len(world.relations), 0, 0)
    try:
        report = attack([*world.own, *world.held, *world.known], world.relations, only=protected)
    except Contradiction:
        report = _without_contradictions(world, protected)
    if not report.fallen:
        return report
    unsaid = [replace(count, low=0, high=None) for count in world.own]
    others = attack([*unsaid, *world.held], world.relations, only=protected).fallen
    alone = attack([*unsaid, *world.known], world.relations, only=protected).fallen
    already = {finding.key for finding in (*others, *alone)}
    left = (finding for finding in report.findings if not (finding.has_fallen and finding.key in already))
    return replace(report, findings=tuple(left))


def _without_contradictions(world: Retold, protected: Collection[People]) -> Report:
    """Of contradictory facts those are left out that are not the release's own: what other data say of it, and only then what is known from elsewhere."""
    known, world.known = world.known, []
    while True:
        try:
            attack([*world.own, *world.held], world.relations, only=protected)
            break
        except Contradiction as error:
            _require_doubtful([*world.relations, *world.held], error)
            world.relations, world.held = _left(world.relations, error), _left(world.held, error)
    world.known = known
    while True:
        try:
            return attack([*world.own, *world.held, *world.known], world.relations, only=protected)
        except Contradiction as error:
            _require_doubtful(world.known, error)
            world.known = _left(world.known, error)


def _require_doubtful(facts: Iterable[Fact], error: Contradiction) -> None:
    if not any(fact in error.facts for fact in facts):
        raise error


def _left(facts: Iterable[Each], error: Contradiction) -> list[Each]:
    return [fact for fact in facts if fact not in error.facts]
