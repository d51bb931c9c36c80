"""For tests: commands of dbt, each in a process of its own that need not import dbt again: a server that has is forked."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["tests.integration.dbt_warm"])


def run_dbt(words: Sequence[str], environment: Mapping[str, str], output: Path) -> str:
    """What a command prints, on both streams; fails the test, with dbt's own words, where dbt fails. `output`: a file to keep them in."""
    process = _server.Process(target=_run, args=(list(words), dict(environment), output))
    process.start()
    process.join()
    said = output.read_text(encoding="utf-8")
    assert process.exitcode == 0, said[-8000:]
    return said


def _run(words: Sequence[str], environment: Mapping[str, str], output: Path) -> None:
    from dbt.cli.main import cli

    os.environ.clear()
    os.environ.update(environment)
    with output.open("w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    gc.disable()  # a process of seconds, with a million parts of a project in it: looking through them takes a tenth of its time
    cli(list(words))
