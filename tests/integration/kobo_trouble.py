"""Trouble between the sync and the stand-in server: busy and broken answers, none at all, and a process that dies."""

import json
from contextlib import contextmanager

from ingestion.landing import Landing

OWNER, SYNC = "a" * 40, "b" * 40  # tokens: of who owns the project, and of who syncs it


class Killed(BaseException):
    """Stands for the end of the process in the middle of a sync."""


class Trouble:
    """Between client and server: the next answers are refused as busy, broken off, or not given; or all submissions are kept back."""

    def __init__(self, app):
        self.app = app
        self.queue = []
        self.count_of_none = None

    @contextmanager
    def sending_nothing(self, count):
        """While it lasts, the sync gets no submission, with this count of those that match."""
        self.count_of_none = count
        yield
        self.count_of_none = None

    async def __call__(self, scope, receive, send):
        is_sync = (b"authorization", f"Token {SYNC}".encode()) in scope.get("headers", ())
        kind = self.queue.pop(0) if is_sync and self.queue else None
        if is_sync and self.count_of_none is not None and scope["path"].endswith("/data/"):
            body = json.dumps({"count": self.count_of_none, "next": None, "previous": None, "results": []}).encode()
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
            await send({"type": "http.response.body", "body": body})
            return
        if kind == "busy":
            await send(
                {"type": "http.response.start", "status": 429, "headers": [(b"retry-after", b"0"), (b"content-length", b"0")]}
            )
            await send({"type": "http.response.body", "body": b""})
        elif kind == "broken off":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"900")]})
            await send({"type": "http.response.body", "body": b'{"count": 3, "results": [{"_id"'})
        else:
            await self.app(scope, receive, send)


class DyingLanding(Landing):
    """A landing whose process dies at its n-th page."""

    def __init__(self, url, pages):
        super().__init__(url)
        self.left = pages

    def put(self, *args):
        self.left -= 1
        if self.left < 0:
            raise Killed
        return super().put(*args)
