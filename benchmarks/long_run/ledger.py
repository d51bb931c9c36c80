"""What must be true after the first steps of a story: which files were delivered, what each respondent answered last, what is held. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from benchmarks.long_run import lists
from benchmarks.long_run.lists import File, content
from benchmarks.long_run.steps import Begin, Delete, Deploy, Edit, Erase, Lists, Rollback, Step, Submit, Survey
from benchmarks.long_run.survey import Answer
from benchmarks.long_run.world import World


@dataclass
class Ledger:
    """`delivered`: each content once, in order of arrival. `answers`: who is on the server, by root uuid. `deployed`: version of the form."""

    world: World
    delivered: list[File] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    erased: set[str] = field(default_factory=set)
    deployed: int = 0
    n_rollbacks: int = 0

    def play(self, step: Step) -> None:
        kind = step.kind
        if isinstance(kind, Begin | Lists):
            known = {(file.agency, file.day, file.edition) for file in self.delivered}
            for file in kind.files:
                if (file.agency, file.day, file.edition) not in known:
                    self.delivered.append(file)
                    known.add((file.agency, file.day, file.edition))
        elif isinstance(kind, Survey):
            for act in kind.acts:
                self.act(act)
        elif isinstance(kind, Rollback):
            self.n_rollbacks += 1

    def act(self, act: Deploy | Submit | Edit | Delete | Erase) -> None:
        if isinstance(act, Deploy):
            self.deployed = act.version
        elif isinstance(act, Submit):
            for number in range(act.first, act.last + 1):
                answer = Answer(act.wave, number)
                self.answers[answer.root] = answer
        else:
            for number in act.numbers:
                root = Answer(act.wave, number).root
                if isinstance(act, Edit):
                    self.answers[root] = replace(self.answers[root], edits=self.answers[root].edits + 1)
                elif isinstance(act, Delete):
                    del self.answers[root]
                    self.deleted.add(root)
                else:
                    del self.answers[root]
                    self.erased.add(root)

    def editions(self) -> dict[tuple[str, dt.date], list[File]]:
        """The deliveries of each list, the last written last."""
        found: dict[tuple[str, dt.date], list[File]] = defaultdict(list)
        for file in sorted(self.delivered, key=lambda file: file.written):
            found[file.agency, file.day].append(file)
        return found

    def held(self) -> set[tuple[str, dt.date]]:
        """The lists whose newest delivery does not continue the list before."""
        return {place for place, files in self.editions().items() if files[-1].edition in lists.HELD}

    def digest(self, file: File) -> str:
        return sha256(self.world, file.agency, file.day, file.edition)


_digests: dict[tuple[World, str, dt.date, str], str] = {}


def sha256(world: World, agency: str, day: dt.date, edition: str) -> str:
    key = (world, agency, day, edition)
    if key not in _digests:
        _digests[key] = hashlib.sha256(content(*key)).hexdigest()
    return _digests[key]


def after(world: World, steps: Sequence[Step]) -> Ledger:
    ledger = Ledger(world)
    for step in steps:
        ledger.play(step)
    return ledger
