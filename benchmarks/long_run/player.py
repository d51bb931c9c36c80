"""Plays one step through the real way in. What it should leave is the ledger's to say, not this module's."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.long_run import ledger as ledgers
from benchmarks.long_run import survey, way_in
from benchmarks.long_run.killed import kill_within
from benchmarks.long_run.kobo_site import kobo_site, on_day
from benchmarks.long_run.lists import File, content
from benchmarks.long_run.place import Place, write_contracts
from benchmarks.long_run.plan import Story
from benchmarks.long_run.steps import Begin, Erase, Lists, Release, Rollback, Step, Survey, Upgrade
from benchmarks.long_run.world import World
from ingestion.kobo.errors import KoboError
from parity.migrate import migrate_warehouse
from parity.settings import REPOSITORY

OLD_CODE = Path(__file__).with_name("old_code.py")


class StoryStopped(RuntimeError):
    """A step did not do what steps of its kind do; the message says which."""


@dataclass(frozen=True)
class Player:
    story: Story
    place: Place

    def play(self, number: int) -> None:
        """Step `number` (0 is the first), on what the steps before it left."""
        step = self.story.steps[number]
        ledger = ledgers.after(self.story.world, self.story.steps[:number])
        with self.place.entered(), on_day(step.today):
            kind = step.kind
            if isinstance(kind, Begin):
                self._begin(kind)
            elif isinstance(kind, Upgrade):
                migrate_warehouse(self.place.url, backups=self.place.home / "backups")
                way_in.load_catalogue()
            elif isinstance(kind, Lists):
                self._lists(kind)
            elif isinstance(kind, Survey):
                self._survey(kind, ledger, step.today)
            elif isinstance(kind, Release):
                self._release(kind, step)
            elif isinstance(kind, Rollback):
                way_in.rollback()

    def _begin(self, kind: Begin) -> None:
        write_files(self.place.home / "drop", self.story.world, kind.files)
        code = self.place.folder / "earlier_code"
        check_out(kind.commit, code)
        catalogue = self.place.folder / "earlier_catalogue"
        shutil.rmtree(catalogue, ignore_errors=True)
        write_contracts(code / "catalogue", catalogue)
        asked = {
            "url": self.place.url,
            "readers_url": self.place.readers_url,
            "home": str(self.place.home),
            "catalogue": str(catalogue),
            "has_release": kind.has_release,
        }
        environment = {**os.environ, "PYTHONPATH": str(code), "PYTHONSAFEPATH": "1", "PARITY_CATALOGUE": str(catalogue)}
        done = subprocess.run(
            [sys.executable, str(OLD_CODE)],
            cwd=code,
            env=environment,
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise StoryStopped(f"The code of {kind.commit} failed:\n{(done.stderr or done.stdout)[-3000:]}")

    def _lists(self, kind: Lists) -> None:
        write_files(self.place.home / "drop", self.story.world, kind.files)
        for point in kind.kills:
            kill_within(point)
        way_in.load_drop()

    def _survey(self, kind: Survey, ledger: ledgers.Ledger, today: dt.date) -> None:
        with kobo_site(self.place.home) as site:
            os.environ["PARITY_KOBO_URL"] = site.url
            for act in kind.acts:
                site.act(ledger, act, today)
                ledger.act(act)
                if isinstance(act, Erase):
                    for number in act.numbers:
                        way_in.erase(survey.FORM, survey.Answer(act.wave, number).root)
            for point in kind.kills:
                kill_within(point, survey.FORM)
            if kind.has_outage:
                site.gate.is_out = True
                _must_fail_while_out()
                site.gate.is_out = False
            way_in.sync(survey.FORM)

    def _release(self, kind: Release, step: Step) -> None:
        today = step.today.isoformat()
        way_in.load_catalogue()
        way_in.gate("raw")
        way_in.decide()
        if "dbt" in kind.kills:
            kill_within("dbt")
        way_in.build()
        way_in.gate("indicators")
        if "candidate" in kind.kills:
            kill_within("candidate", today)
        number = way_in.candidate(today)
        if way_in.state_of(number) == "candidate":
            way_in.gate("candidate")
        for point in ("publish", "copy"):
            if point in kind.kills:
                kill_within(point, number)
        way_in.publish(number)


def _must_fail_while_out() -> None:
    try:
        way_in.sync(survey.FORM, retries=0)
    except KoboError:
        return
    raise StoryStopped("A sync ended well while the server was out of service.")


def write_files(drop: Path, world: World, files: Sequence[File]) -> None:
    """The files, in their folders of the drop, as written at their moments."""
    for file in files:
        path = drop / "hr" / file.contract / file.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content(world, file.agency, file.day, file.edition))
        os.utime(path, (file.written.timestamp(),) * 2)


def is_known(commit: str) -> bool:
    """Whether the commit is in this repository's history, as it is here: a shallow clone has a part of it, and an archive none."""
    asked = ["git", "-C", str(REPOSITORY), "cat-file", "-e", f"{commit}^{{commit}}"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def check_out(commit: str, to: Path) -> None:
    """The files of a commit of this repository, once. Raises StoryStopped where it is not there."""
    if to.exists():
        return
    unpacked = to.with_suffix(".new")
    unpacked.mkdir(parents=True, exist_ok=True)
    archive = subprocess.run(["git", "-C", str(REPOSITORY), "archive", "--format=tar", commit], capture_output=True, check=False)
    if archive.returncode:
        raise StoryStopped(
            f"There is no commit {commit} here: clone the repository with its whole history (git fetch --unshallow)."
        )
    subprocess.run(["tar", "-x", "-C", str(unpacked)], input=archive.stdout, check=True)
    unpacked.rename(to)
