"""Receives KoboToolbox's REST Services and wakes the sync: a hint that something came, never the data itself.

What a hook sends is not read. KoboToolbox sends a hook for new submissions only, once, so that the schedule stays in charge
of edits and deletions. A burst of hints makes one run at once and one after the quiet time.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

HEADER = "X-Parity-Secret"
QUIET_SECONDS = 60.0
log = logging.getLogger(__name__)


class Waker:
    """Calls `wake` for a hint, and once more after the quiet time for all the hints that came within it."""

    def __init__(self, wake: Callable[[], None], quiet_seconds: float) -> None:
        self.wake, self.quiet_seconds = wake, quiet_seconds
        self.woke_at = float("-inf")
        self.later: asyncio.Task[None] | None = None

    async def hint(self) -> bool:
        """Whether this hint woke the sync at once. Raises what `wake` raises."""
        wait = self.woke_at + self.quiet_seconds - time.monotonic()
        if wait > 0:
            if self.later is None or self.later.done():
                self.later = asyncio.create_task(self._after(wait))
            return False
        before, self.woke_at = self.woke_at, time.monotonic()
        try:
            await run_in_threadpool(self.wake)
        except Exception:
            self.woke_at = before
            raise
        return True

    async def _after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.woke_at = time.monotonic()
        try:
            await run_in_threadpool(self.wake)
        except Exception as error:
            log.warning("The sync could not be woken (%s); its schedule will.", type(error).__name__)


def create_receiver(wake: Callable[[], None], secret: str, quiet_seconds: float = QUIET_SECONDS) -> Starlette:
    """An application that calls `wake` for `POST /kobo` with the header `X-Parity-Secret: <secret>`.

    Answers 202, 401 without the secret, and 503 where waking failed, upon which KoboToolbox tries again.
    """
    waker = Waker(wake, quiet_seconds)

    async def receive(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(HEADER, "").encode(), secret.encode()):
            return JSONResponse({"detail": f"The header {HEADER} is missing or wrong."}, 401)
        try:
            is_awake = await waker.hint()
        except Exception as error:
            log.warning("The sync could not be woken: %s", type(error).__name__)
            return JSONResponse({"detail": "The sync could not be woken; try again."}, 503)
        return JSONResponse({"woken": is_awake}, 202)

    async def health(request: Request) -> Response:
        return JSONResponse({"healthy": True})

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        if waker.later is not None:
            waker.later.cancel()

    return Starlette(routes=[Route("/kobo", receive, methods=["POST"]), Route("/health", health)], lifespan=lifespan)
