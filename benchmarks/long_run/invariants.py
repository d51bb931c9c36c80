"""The invariants, by name, in the order in which they are asked after each step."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.long_run.of_attack import the_attacker_finds_nothing
from benchmarks.long_run.of_models import incremental_equals_full_refresh
from benchmarks.long_run.of_releases import no_figure_moved_because_of_a_few, published_is_whole_and_true
from benchmarks.long_run.of_sources import held_is_what_should_be_held, nobody_is_lost_or_doubled, raw_equals_the_sources
from benchmarks.long_run.scene import Scene

# What it complains of; None where it has nothing to ask after a step of this kind.
Invariant = Callable[[Scene], list[str] | None]
ALL: tuple[Invariant, ...] = (
    raw_equals_the_sources,
    held_is_what_should_be_held,
    nobody_is_lost_or_doubled,
    published_is_whole_and_true,
    no_figure_moved_because_of_a_few,
    the_attacker_finds_nothing,
    incremental_equals_full_refresh,
)


def name_of(invariant: Invariant) -> str:
    return invariant.__name__.replace("_", " ")


def asked(scene: Scene) -> dict[str, list[str]]:
    """What each invariant complains of that has something to ask; an empty list where it holds."""
    found = {name_of(invariant): invariant(scene) for invariant in ALL}
    return {name: complaints for name, complaints in found.items() if complaints is not None}
