"""Watches where staff files wait, in the triggerer: no worker is held while nothing comes."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

if TYPE_CHECKING:
    from ingestion.hr.files import DropFile
    from parity.catalogue import Catalogue

log = logging.getLogger(__name__)
Waiting = tuple[str, str, str, int]  # contract, URL, time of writing or of the refusal, bytes
AGAIN_SECONDS, LONGEST_SECONDS = 600.0, 6 * 3600.0
COMPARE_SECONDS = 600.0


class DropFolderTrigger(BaseEventTrigger):
    """Fires for files that need a try and lie still for one look: a file that still grows is not read by halves.

    What needs a try is what the warehouse neither loaded nor refused, so that nothing is lost that came while no watch was there. What a run
    left as it was, such as in an outage, fires again after ten minutes, and then after twice as long each time. `poll_seconds`: time between two looks.
    """

    def __init__(self, poll_seconds: float = 30) -> None:
        super().__init__()
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return "dags.triggers.drop_folder.DropFolderTrigger", {"poll_seconds": self.poll_seconds}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        watch, before, fired = Watch(), frozenset[Waiting](), Fired()
        while True:
            if (now := await asyncio.to_thread(watch.look)) is not None:
                if due := fired.due(now, still=now & before):
                    yield TriggerEvent({"n_files": len(due), "contracts": sorted({contract for contract, *_ in due})})
                before = now
            await asyncio.sleep(self.poll_seconds)


class Fired:
    """For which files an event was sent, and when the next one is due."""

    def __init__(self) -> None:
        self._next: dict[Waiting, tuple[float, float]] = {}  # when, and how long to wait after that

    def due(self, waiting: frozenset[Waiting], still: frozenset[Waiting], now: float | None = None) -> frozenset[Waiting]:
        """The files to send an event for now. Those that wait no longer are forgotten."""
        now = time.monotonic() if now is None else now
        self._next = {file: told for file, told in self._next.items() if file in waiting}
        due = frozenset(file for file in still if self._next.get(file, (now, 0))[0] <= now)
        for file in due:
            pause = self._next.get(file, (now, AGAIN_SECONDS))[1]
            self._next[file] = (now + pause, min(2 * pause, LONGEST_SECONDS))
        return due


class Watch:
    """Looks through every location, with the last catalogue that could be read: one that an editor is saving stops no look.

    A location that cannot be listed for a moment is taken as it was. While the warehouse does not answer, there is no look.
    """

    def __init__(self) -> None:
        self.catalogue: Catalogue | None = None
        self.found: dict[str, list[DropFile]] = {}
        self._compared: tuple[object, float, frozenset[Waiting]] | None = None
        self._said: dict[str, str] = {}

    def look(self) -> frozenset[Waiting] | None:
        """What needs a try; None where nobody can tell now."""
        try:
            self._read_catalogue()
            if self.catalogue is None:
                return None
            self._list_locations(self.catalogue)
            return self._compare(self.catalogue)
        except Exception as error:  # whatever it is, the next look may succeed, and a dead watch looks no more
            self._say("look", f"The drop folders could not be looked through ({type(error).__name__}). The watch goes on.")
            return None

    def _say(self, about: str, sentence: str) -> None:
        """Log it where it is new: a look comes twice a minute."""
        if self._said.get(about) != sentence:
            self._said[about] = sentence
            log.warning("%s", sentence)

    def _read_catalogue(self) -> None:
        """Contracts that are set aside, as where a file is half written, stay as they were read last."""
        from parity.catalogue import CatalogueError, load_catalogue
        from parity.settings import Settings

        try:
            read = load_catalogue(Settings.from_env().catalogue)
        except (CatalogueError, OSError) as error:
            self._say("catalogue", f"The catalogue cannot be read, and the watch goes on with the last one that could: {error}")
            return
        self._said.pop("catalogue", None)
        if self.catalogue is not None:
            kept = {name: contract for name, contract in self.catalogue.hr.items() if name in read.set_aside}
            read = read.model_copy(update={"hr": {**kept, **read.hr}})
        self.catalogue = read

    def _list_locations(self, catalogue: Catalogue) -> None:
        from dags.hooks.connections import file_access
        from ingestion.hr.files import LocationError, list_location
        from parity.settings import Settings

        drop = Settings.from_env().drop
        for contract in catalogue.hr.values():
            try:
                self.found[contract.name] = list_location(contract, drop, file_access(contract.connection)[0])
                self._said.pop(contract.name, None)
            except LocationError as error:
                self._say(contract.name, str(error))
            except Exception as error:  # a connection that is away or was never made concerns this contract alone
                self._say(contract.name, f"{contract.name}: its location cannot be listed ({type(error).__name__}).")

    def _compare(self, catalogue: Catalogue) -> frozenset[Waiting]:
        """Compared with the warehouse where anything changed since, or something waits; else every ten minutes, as somebody may have restored a backup."""
        from dags.steps.waiting import read_known
        from dags.steps.warehouse import open_warehouse
        from ingestion.hr.anew import fingerprint

        files = [file for name, found in self.found.items() if name in catalogue.hr for file in found]
        looked = ({name: fingerprint(contract) for name, contract in catalogue.hr.items()}, files)
        if self._compared is not None:
            before, at, waits = self._compared
            if before == looked and not waits and time.monotonic() < at + COMPARE_SECONDS:
                return waits
        with open_warehouse("parity drop folder") as connection:
            known = read_known(connection, catalogue.hr)
        waiting = waiting_now(files, known, catalogue)
        self._compared = (looked, time.monotonic(), waiting)
        return waiting


def waiting_now(files: list[DropFile], known: Any, catalogue: Catalogue) -> frozenset[Waiting]:
    """The files that need a try: those whose content nobody knows yet, those that `Known` says, and refused ones under another contract."""
    from ingestion.hr.check import is_provisional
    from ingestion.hr.refused import moved_and_due

    now, found = dt.datetime.now(dt.UTC), set()
    for file in files:
        content = known.content(file)
        is_final = not is_provisional(file.name, catalogue.hr[file.contract])
        if content is None or known.needs_a_try(file, content, is_final, now):
            found.add((file.contract, file.url, file.delivered_at.isoformat(), file.n_bytes))
    for refused, file in moved_and_due([*known.refused.values()], catalogue.hr):
        found.add(
            (file.contract, file.url, f"{refused.refused_at.isoformat()} {known.fingerprints[file.contract]}", file.n_bytes)
        )
    return frozenset(found)
