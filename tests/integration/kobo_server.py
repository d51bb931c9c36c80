"""The stand-in Kobo server on a free loopback port, in a thread; its answers carry its own clock's date."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from typing import Any

import uvicorn

from sandbox.kobo_standin import clock


@contextmanager
def serve(app: Any) -> Iterator[str]:
    """The address at which `app` answers, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    async def dated(scope: Any, receive: Any, send: Any) -> None:
        async def send_dated(message: Any) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(clock.moment(), usegmt=True).encode()
                message = message | {"headers": [*message.get("headers", ()), (b"date", date)]}
            await send(message)

        await app(scope, receive, send_dated)

    server = uvicorn.Server(uvicorn.Config(dated, host="127.0.0.1", port=port, log_level="critical", date_header=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)
