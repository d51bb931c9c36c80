"""One server for all container tests, and the last page of their log: images, times, and what readers see."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.instance import free_port
from tests.containers.server import NoEngine, Server, compose_command, copy_checkout

PAGE: list[str] = []


@pytest.fixture(scope="session")
def page() -> list[str]:
    """Lines for the end of the log."""
    return PAGE


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Built, started with the demonstration, and removed in every case."""
    try:
        command = compose_command()
    except NoEngine as error:
        pytest.exit(str(error), returncode=2)
    with tempfile.TemporaryDirectory(prefix="parity-containers-") as folder:
        server = Server(Path(folder), command, free_port(), free_port())
        server.remove()
        try:
            copy_checkout(server.folder)
            server.init("--demo", "--port", str(server.https), "--http-port", str(server.http), "--bind", "127.0.0.1")
            began = time.monotonic()
            server.run("build")
            server.seconds["build"] = time.monotonic() - began
            server.up("up from nothing")
            yield server
        finally:
            _page(server)
            left = server.remove()
    assert left == [], f"not removed: {left}"


def _page(server: Server) -> None:
    for name in ("parity-pipeline", "parity-superset", "postgres:18", "caddy:2", "redis:7"):
        size = server.ask_engine("image", "inspect", "--format", "{{.Size}}", name, check=False).strip()
        PAGE.append(f"image    {name:24} {int(size) / 1e9:5.2f} GB" if size.isdigit() else f"image    {name:24} not there")
    for name, seconds in sorted(server.seconds_to_healthy.items(), key=lambda item: item[1]):
        PAGE.append(f"healthy  {name:24} {seconds:5.0f} s after its start")
    for name, seconds in server.seconds.items():
        PAGE.append(f"time     {name:44} {seconds:5.0f} s")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if PAGE:
        terminalreporter.section("The server in containers")
        for line in PAGE:
            terminalreporter.line(line)
