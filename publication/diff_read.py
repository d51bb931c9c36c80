"""Two releases read and compared: every figure that differs, each with its reasons and the people behind it. Reads only."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

from parity.catalogue.policy import Policy
from publication.diff import Between, Change, Reason, between, change, differences, figure
from publication.diff_followers import VIEWS, follower_changes
from publication.history import Release
from publication.made_from import MadeFrom, Pair
from publication.made_from_store import computed_elsewhere, read_made_from, read_waves_versions
from publication.reasons import Reasons
from publication.releases import list_releases
from publication.revised import Revised, people_of_lists, revised_lists
from publication.seen import CELLS, rows_of

STOCK = "stock"


@dataclass(frozen=True)
class Diff:
    """`lists`: those that were revised, with the people who differ; None where a release did not keep its lists."""

    between: Between
    changes: tuple[Change, ...]
    lists: list[Revised] | None


def read_diff(connection: psycopg.Connection, before: Release, after: Release, policy: Policy) -> Diff:
    """What differs between two releases that readers saw. The caller checks that they did."""
    sides = [rows_of(connection, release.release_id, (CELLS, *(view.name for view in VIEWS))) for release in (before, after)]
    pair = Pair(*(read_made_from(connection, release) for release in (before, after)))
    was, now = ([figure(cell) for cell in side[CELLS]] for side in sides)
    waves = read_waves_versions(connection)
    reasons = Reasons((was, now), pair, _others(connection, pair), waves, of_one_year(policy), policy.ratios)
    lists = revised_lists(connection, before.release_id, after.release_id, policy.registers)
    found = []
    for each in differences(was, now):
        why = reasons.why(each)
        people = people_of_lists(reasons.lists(each.named), lists or ()) if Reason.REVISED in why.reasons else None
        found.append((each.named, change(each, why, people)))
    rows_before, rows_after = ({view.name: side[view.name] for view in VIEWS} for side in sides)
    followers = follower_changes(rows_before, rows_after, found, pair)
    made = (pair.before, pair.after)
    return Diff(
        between((before.catalogue_version, after.catalogue_version), *(each.versions for each in made)),
        (*(each for _, each in found), *followers),
        lists,
    )


def _others(connection: psycopg.Connection, pair: Pair) -> dict[int, MadeFrom]:
    """The releases that computed figures which these carry."""
    wanted = computed_elsewhere((pair.before, pair.after))
    return {
        release.release_id: read_made_from(connection, release)
        for release in list_releases(connection)
        if release.release_id in wanted
    }


def of_one_year(policy: Policy) -> frozenset[str]:
    """The indicators of staff that rest on the lists of their own year alone: stocks, and what is computed from stocks of that year."""
    found = {code for code, traits in policy.counts.items() if traits.get("of") == STOCK} | policy.indices.keys()
    found |= {code for code, of in policy.compared.items() if {of.count["of"], of.base["of"]} == {STOCK}}
    return frozenset(found | {code for code, rests_on in policy.ratios.items() if set(rests_on) <= found})
