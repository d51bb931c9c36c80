"""`parity docs`: the dbt project's own documentation, one page with models, columns, tests and the lineage from raw tables to dashboards.

The page is built from the warehouse as it stands and holds everything it shows; it is served on loopback alone, and a policy in
its header keeps the browser from calling anybody else.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Annotated

import typer

from cli.context import here
from cli.output import fail, say
from parity.database import dbt_environment

POLICY = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:"


class DocsError(RuntimeError):
    """dbt could not write its documentation; the message holds its last words."""


def docs(
    port: Annotated[int, typer.Option(help="Port on loopback; 0 takes a free one.")] = 0,
    build_only: Annotated[bool, typer.Option("--build-only", help="Write the page and serve nothing.")] = False,
) -> None:
    """Models, columns, tests, and lineage from raw tables to dashboards: dbt's documentation, built and served."""
    context = here()
    try:
        page = build(context.warehouse_url, context.settings.dbt_dir, context.settings.home / "dbt" / "docs")
    except DocsError as error:
        fail(error)
    say(f"{page}: {page.stat().st_size / 1e6:.1f} MB, to be read without a network")
    if not build_only:
        serve(page, port, say)


def build(url: str, project: Path, folder: Path) -> Path:
    """Write the page into `folder`, and give its path."""
    command = [
        sys.executable,
        "-m",
        "dbt.cli.main",
        "docs",
        "generate",
        "--static",
        "--project-dir",
        str(project),
        "--profiles-dir",
        str(project),
    ]
    command += ["--target-path", str(folder), "--log-path", str(folder / "logs")]
    done = subprocess.run(command, env={**os.environ, **dbt_environment(url)}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DocsError(f"dbt docs failed:\n{done.stdout[-2000:]}")
    return folder / "static_index.html"


def serve(page: Path, port: int, tell: Callable[[str], None]) -> None:
    """Serve the page until interrupted, on a free port where `port` is 0."""
    with server(page, port) as http:
        tell(f"http://127.0.0.1:{http.server_port}/ (Ctrl-C ends)")
        try:
            http.serve_forever()
        except KeyboardInterrupt:
            tell("stopped")


def server(page: Path, port: int = 0) -> ThreadingHTTPServer:
    content = page.read_bytes()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.split("?")[0] != "/":
                return self.send_error(404)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Says nothing: one reader, one page."""

    return ThreadingHTTPServer(("127.0.0.1", port), Page)
