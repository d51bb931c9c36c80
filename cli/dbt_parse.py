"""Parse the dbt project before the first build needs it. It takes one core 15 seconds, while the other core makes the samples."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from parity.database import dbt_environment, dbt_folders
from parity.settings import REPOSITORY
from stack.instance import Instance


@contextmanager
def parsing(instance: Instance) -> Iterator[None]:
    """Parse into the instance's dbt folder while the block runs, unless that was done before.

    Nobody has to look at the outcome: a build parses what is missing, and says what is wrong with a model.
    """
    folders = dbt_folders(instance.home)
    if (Path(folders["DBT_TARGET_PATH"]) / "partial_parse.msgpack").exists():
        yield
        return
    if not instance.ports:
        instance.choose_ports()  # dbt parses anew for another address of the database
    project = REPOSITORY / "dbt"
    parse = subprocess.Popen(
        [sys.executable, "-m", "dbt.cli.main", "--quiet", "parse", "--project-dir", project, "--profiles-dir", project],
        env={**os.environ, **dbt_environment(instance.warehouse_url), **folders},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        umask=0o077,
    )
    try:
        yield
        parse.wait()
    finally:
        parse.kill()
        parse.wait()
