"""Watches where staff files wait, in the triggerer: no worker is held while nothing comes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

log = logging.getLogger(__name__)
Waiting = frozenset[tuple[str, str, str, int]]  # contract, URL, time of writing, bytes


class DropFolderTrigger(BaseEventTrigger):
    """Fires when files have come or changed and lie still for one look: a file that still grows is not read by halves.

    What lay there before the watch began is left to the daily run. `poll_seconds`: time between two looks.
    """

    def __init__(self, poll_seconds: float = 30) -> None:
        super().__init__()
        self.poll_seconds = poll_seconds

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return "dags.triggers.drop_folder.DropFolderTrigger", {"poll_seconds": self.poll_seconds}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        seen = before = await asyncio.to_thread(waiting_files)
        while True:
            await asyncio.sleep(self.poll_seconds)
            now = await asyncio.to_thread(waiting_files)
            if now == before:
                if new := now - seen:
                    yield TriggerEvent({"n_files": len(new), "contracts": sorted({contract for contract, *_ in new})})
                seen = now
            before = now


def waiting_files() -> Waiting:
    """All that waits in every location that can be listed; one that cannot is told by the daily run."""
    from dags.hooks.connections import file_access
    from dags.steps.catalogue import read_catalogue
    from ingestion.hr.files import LocationError, list_location
    from parity.settings import Settings

    drop, found = Settings.from_env().drop, set()
    for contract in read_catalogue().hr.values():
        try:
            for file in list_location(contract, drop, file_access(contract.connection)[0]):
                found.add((contract.name, file.url, file.delivered_at.isoformat(), file.n_bytes))
        except LocationError as error:
            log.warning("%s", error)
    return frozenset(found)
