"""Plays a story step by step, asks the invariants after each, and keeps what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from benchmarks.long_run import invariants
from benchmarks.long_run.plan import Story
from benchmarks.long_run.player import Player
from benchmarks.long_run.scene import Scene
from benchmarks.long_run.session import Session

STOPPED = "the step can be played"


def tell(session: Session, story: Story, say: Callable[[str], None]) -> None:
    """Go on with the story to its end, or to the first step that breaks an invariant. What was before the last step is kept."""
    number = session.next_step
    if number == 0:
        session.place.make(story.world)
    else:
        del session.results[number:]
        if (session.folder / "playing").exists():  # it was stopped within a step, or the step broke
            session.place.restore()
    for place in range(number, len(story.steps)):
        session.place.keep()
        if not _one(session, story, place, say):
            return


def tell_only(session: Session, story: Story, name: str, say: Callable[[str], None]) -> None:
    """Play one step again, on what was kept before it. Raises ValueError where another step was kept last."""
    number = story.named(name)
    if number != len(session.results) - 1:
        kept = session.results[-1]["step"] if session.results else "none"
        raise ValueError(
            f"Only the step that was played last can be repeated, which is {kept}: play up to {name} with --until {name}."
        )
    session.place.restore()
    del session.results[number:]
    _one(session, story, number, say)


def _one(session: Session, story: Story, number: int, say: Callable[[str], None]) -> bool:
    mark = session.folder / "playing"
    mark.touch()
    result = play(Player(story, session.place), number)
    session.results.append(result)
    session.keep()
    if not result["broken"]:
        mark.unlink()
    say(
        f"{result['step']}  {result['day']}  {result['what']}  {result['seconds']:.0f} s"
        + (f"  BROKEN: {', '.join(result['broken'])}" if result["broken"] else "")
    )
    return not result["broken"]


def play(player: Player, number: int) -> dict[str, Any]:
    """One step and its invariants. A step that cannot be played breaks as one."""
    step, began = player.story.steps[number], time.monotonic()
    asked: dict[str, list[str]] = {}
    try:
        player.play(number)
        played = time.monotonic() - began
        asked = invariants.asked(Scene(player.place, player.story.world, player.story.steps[: number + 1]))
    except Exception as error:  # whatever stops a step is what the story is for
        played, asked = time.monotonic() - began, {STOPPED: [f"{type(error).__name__}: {error}"]}
    return {
        "step": step.name,
        "day": step.today.isoformat(),
        "what": step.kind.what,
        "seconds": round(time.monotonic() - began, 1),
        "seconds_played": round(played, 1),
        "asked": list(asked),
        "broken": {name: complaints for name, complaints in asked.items() if complaints},
    }
