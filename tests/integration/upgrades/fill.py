"""Fill an empty warehouse with the sample and publish it: `python fill.py URL FOLDER SIZE`, run by make_dump.py on an old commit's code.

Only calls that every commit since 24 November 2026 has are made here. Where a commit has `parity.migrate`, its tables are migrated first.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import uvicorn

from expectations import run_gate
from ingestion.hr.files import list_drop
from ingestion.hr.keys import KeyRing
from ingestion.hr.load import load_file
from ingestion.kobo.access import list_forms
from ingestion.kobo.client import KoboClient
from ingestion.kobo.sync import sync_form
from ingestion.landing import Landing
from ingestion.reference import load_catalogue as load_catalogue_tables
from ingestion.reference import load_reference
from parity.catalogue import load_catalogue
from parity.database import dbt_environment
from parity.settings import REPOSITORY
from publication.releases import build_candidate, publish
from publication.review import heed
from sandbox.kobo_standin.app import create_app
from sandbox.samples.generate import generate

TOKEN = "c" * 40
SEED = 11


def migrate(url: str, folder: Path) -> None:
    try:
        from parity.migrate import migrate_warehouse
    except ImportError:  # older code makes its tables when it needs them
        return
    migrate_warehouse(url, backups=folder / "backups")


def load(url: str, folder: Path, size: float) -> None:
    catalogue = load_catalogue(REPOSITORY / "catalogue")
    samples, landing, ring = folder / "samples", Landing(str(folder / "landing")), KeyRing(folder / "keys")
    samples.mkdir()
    generate(samples, catalogue, REPOSITORY / "catalogue", SEED, size)
    with psycopg.connect(url) as connection:
        load_catalogue_tables(connection, catalogue)
        for file in list_drop(samples / "drop", catalogue):
            # The sample's few faulty rows are a larger share of a smaller sample.
            contract = catalogue.hr[file.contract].model_copy(update={"max_bad_share": 0.5})
            load_file(connection, landing, contract, file, ring)
        for name, contract in catalogue.reference.items():
            for path in sorted((samples / "drop" / "reference" / name).glob("*")):
                load_reference(connection, landing, contract, path)
        pull(connection, catalogue, landing, folder)


def pull(connection: psycopg.Connection, catalogue: object, landing: Landing, folder: Path) -> None:
    """Every submission, from the stand-in server in a thread."""
    app = create_app(folder / "kobo.sqlite", TOKEN)
    for form in sorted((folder / "samples" / "kobo").iterdir()):
        app.state.store.seed(form)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    client = KoboClient(f"http://127.0.0.1:{port}", TOKEN)
    for form in list_forms(client, catalogue):
        sync_form(client, catalogue.kobo[form.form], landing, connection)
    server.should_exit = True
    thread.join(timeout=10)


def decide(url: str) -> None:
    """Which deliveries count, where the commit's models ask for it."""
    try:
        from parity.catalogue.policy import load_policy
        from publication.effective import decide_now, store
    except ImportError:
        return
    with psycopg.connect(url) as connection:
        store(connection, decide_now(connection, load_policy(REPOSITORY / "catalogue")))


def build(url: str, folder: Path) -> None:
    project = str(REPOSITORY / "dbt")
    done = subprocess.run(
        [
            sys.executable, "-m", "dbt.cli.main", "build", "--exclude", "test_type:unit", "--project-dir", project,
            "--profiles-dir", project, "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
        ],
        env={**os.environ, **dbt_environment(url)},
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit("dbt build failed")


def release(url: str) -> None:
    with psycopg.connect(url) as connection:
        number = build_candidate(connection, REPOSITORY / "catalogue")
    run_gate("candidate", url, heed)
    with psycopg.connect(url) as connection:
        publish(connection, number)


if __name__ == "__main__":
    to, place, scale = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    migrate(to, place)
    load(to, place, scale)
    decide(to)
    build(to, place)
    release(to)
