"""`make long-run`: two years in minutes, through the real way in, and after each step the same invariants.

Plays monthly lists of five agencies, late, doubled, corrected, renumbered and torn ones, a survey of two waves on a form deployed four times, edits,
deletions and erasures, an outage, a kill in each kind of step, an upgrade from an earlier version of the code, releases and rollbacks; all of it by
the functions that the DAGs and the commands call. Everything follows from the seed. What was played is kept in a folder: a story that was stopped
goes on where it was. Ends with 1 where an invariant broke, and with 2 where the story cannot be played.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path

from rich.console import Console

from benchmarks.long_run import mutation, report
from benchmarks.long_run.plan import LONG, SHORT, Story, story
from benchmarks.long_run.session import Asked, OtherStory, forget, session
from benchmarks.long_run.telling import tell, tell_only
from parity.settings import REPOSITORY

KEPT = REPOSITORY / ".cache" / "long_run"
SHORT_SCALE = 0.02


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.long_run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed plays the same story (default 1)")
    parser.add_argument("--months", type=int, default=LONG, help=f"from a November on (default {LONG}, at least {SHORT})")
    parser.add_argument("--scale", type=float, default=1.0, help="of 60 to 20,000 staff (default 1; no agency has fewer than 60)")
    parser.add_argument(
        "--short", action="store_true", help=f"four months at a {1 / SHORT_SCALE:.0f}th of the staff, as `make test` plays them"
    )
    parser.add_argument(
        "--state", type=Path, default=KEPT, metavar="FOLDER", help="where the story is kept (default .cache/long_run)"
    )
    parser.add_argument("--afresh", action="store_true", help="forget what is kept, and begin")
    parser.add_argument("--until", metavar="STEP", help="stop after this step")
    parser.add_argument("--only", metavar="STEP", help="play again the step that was played last, from what was kept before it")
    parser.add_argument("--forget", action="store_true", help="remove what is kept, and end")
    parser.add_argument("--list", action="store_true", help="only print the steps")
    parser.add_argument(
        "--mutation",
        metavar="NAME",
        help="plant a fault of mutations.yml in a copy of the code, and say which invariant notices; `all`: each of them",
    )
    parser.add_argument("--json", action="store_true", help="print JSON in place of the table")
    asked = parser.parse_args()
    if asked.short:
        asked.months, asked.scale = SHORT, SHORT_SCALE
    return asked


def main() -> int:
    asked = options()
    console = Console(width=140, stderr=asked.json)
    say = partial(console.print, markup=False, soft_wrap=True, highlight=False)
    if asked.forget:
        forget(asked.state)
        return 0
    if asked.mutation:
        return mutation.replay(asked.mutation, say)
    told = story(asked.seed, asked.months, asked.scale)
    if asked.list:
        return _list(told, as_json=asked.json)
    if asked.until:
        told = Story(told.world, told.steps[: told.named(asked.until) + 1])
    with session(asked.state, Asked(asked.seed, asked.months, asked.scale), afresh=asked.afresh) as at:
        if asked.only:
            tell_only(at, told, asked.only, say)
        else:
            tell(at, told, say)
        results = at.results
    lines = report.first_broken(results, repeat(asked))
    if asked.json:
        print(
            json.dumps(
                {"seed": asked.seed, "months": asked.months, "scale": asked.scale, "steps": results, "broken": lines}, indent=2
            )
        )
    else:
        console.print(report.table(results))
        for line in lines:
            say(line)
    return 1 if lines else 0


def repeat(asked: argparse.Namespace) -> str:
    words = f"python -m benchmarks.long_run --seed {asked.seed} --months {asked.months} --scale {asked.scale:g}"
    return words if asked.state == KEPT else f"{words} --state {asked.state}"


def _list(told: Story, *, as_json: bool) -> int:
    if as_json:
        steps = [{"step": step.name, "day": step.today.isoformat(), "what": step.kind.what} for step in told.steps]
        print(json.dumps(steps, indent=2))
    else:
        for step in told.steps:
            print(f"{step.name:14}  {step.today}  {step.kind.what}")
    return 0


if __name__ == "__main__":
    try:
        code = main()
    except (OtherStory, ValueError, RuntimeError) as error:
        print(error, file=sys.stderr)
        code = 2
    raise SystemExit(code)
