"""Run by the earlier code, in its own folder: load the drop folder, and build and release where asked. Only what that code already had is called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg

from expectations import run_gate
from ingestion.hr.files import list_drop
from ingestion.hr.keys import KeyRing
from ingestion.hr.load import load_file
from ingestion.landing import Landing
from ingestion.reference import load_catalogue as load_tables
from parity.catalogue import load_catalogue
from parity.catalogue.policy import load_policy
from parity.database import dbt_environment
from parity.migrate import migrate_warehouse
from parity.settings import REPOSITORY
from publication.effective import decide_now, store
from publication.readers import Readers
from publication.releases import build_candidate, publish
from publication.review import heed  # type: ignore[attr-defined]  # the earlier code's


def load(url: str, home: Path, catalogue: Path) -> None:
    known = load_catalogue(catalogue)
    landing, ring = Landing(str(home / "landing")), KeyRing(home / "secrets" / "hr")
    with psycopg.connect(url) as connection:
        load_tables(connection, known)
        for file in list_drop(home / "drop", known):
            load_file(connection, landing, known.hr[file.contract], file, ring)
            connection.commit()


def release(url: str, readers_url: str, home: Path, catalogue: Path) -> None:
    with psycopg.connect(url) as connection:
        store(connection, decide_now(connection, load_policy(catalogue)))
    project = str(REPOSITORY / "dbt")
    command = [sys.executable, "-m", "dbt.cli.main", "build", "--exclude", "test_type:unit", "--project-dir", project]
    command += ["--profiles-dir", project, "--target-path", str(home / "old_target"), "--log-path", str(home / "old_logs")]
    subprocess.run(command, env={**os.environ, **dbt_environment(url)}, check=True)
    with psycopg.connect(url) as connection:
        number = build_candidate(connection, catalogue)
    run_gate("candidate", url, heed)
    with psycopg.connect(url) as connection:
        publish(connection, number, Readers.of(url, readers_url))


def main() -> None:
    asked = json.load(sys.stdin)
    url, home, catalogue = asked["url"], Path(asked["home"]), Path(asked["catalogue"])
    migrate_warehouse(url, backups=home / "backups")
    load(url, home, catalogue)
    if asked["has_release"]:
        release(url, asked["readers_url"], home, catalogue)


if __name__ == "__main__":
    main()
