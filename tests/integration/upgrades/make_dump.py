"""Make the dump of a warehouse as a commit's code leaves it: `python tests/integration/upgrades/make_dump.py COMMIT [--size 0.02]`.

Writes <short commit>.dump beside this file, for test_upgrade.py and test_migrate.py. All data are invented by that commit's own generator.
The commit's code runs in a git worktree on the packages of the current environment; a commit whose code needs other versions needs
its own environment (--python). Owners, privileges and paths of this machine are left out.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[2]
sys.path.insert(0, str(REPOSITORY))

from parity.postgres_tools import binary, connection_environment  # noqa: E402
from stack.temporary_server import temporary_server  # noqa: E402

NEUTRAL = "/srv/parity"
LARGEST_BYTES = 1_200_000


@contextmanager
def worktree(commit: str, folder: Path) -> Iterator[Path]:
    place = folder / "code"
    subprocess.run(["git", "-C", REPOSITORY, "worktree", "add", "--quiet", "--detach", place, commit], check=True)
    try:
        yield place
    finally:
        subprocess.run(["git", "-C", REPOSITORY, "worktree", "remove", "--force", place], check=True)


def make_neutral(url: str, folder: Path) -> None:
    """Write a neutral folder wherever a text names the folder of this run."""
    with psycopg.connect(url) as connection:
        columns = connection.execute(
            "select table_schema, table_name, column_name from information_schema.columns inner join information_schema.tables"
            " using (table_schema, table_name) where table_type = 'BASE TABLE' and data_type = 'text'"
            " and table_schema not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table, column in columns:
            connection.execute(
                sql.SQL("update {0} set {1} = replace({1}, {2}, {3}) where {1} like {4}").format(
                    sql.Identifier(schema, table), sql.Identifier(column), str(folder), NEUTRAL, f"%{folder}%"
                )
            )


def dump(url: str, to: Path, folder: Path) -> None:
    options = ["--format=custom", "--compress=9", "--no-owner", "--no-privileges", "--no-comments"]
    subprocess.run([binary("pg_dump"), *options, "--file", to], env={**os.environ, **connection_environment(url)}, check=True)
    text = subprocess.run([binary("pg_restore"), "-f", "-", to], capture_output=True, text=True, check=True).stdout
    for path in (folder, Path.home(), REPOSITORY):
        if f"{path}/" in text:
            raise SystemExit(f"{to.name} names {path}: take it out of the data first.")
    if to.stat().st_size > LARGEST_BYTES:
        raise SystemExit(f"{to.name} has {to.stat().st_size:,} bytes; {LARGEST_BYTES:,} are allowed: choose a smaller --size.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commit")
    parser.add_argument("--size", type=float, default=0.02, help="share of the sample's people (default 0.02)")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that runs the commit's code")
    options = parser.parse_args()
    short = subprocess.run(
        ["git", "-C", REPOSITORY, "rev-parse", "--short=7", options.commit], capture_output=True, text=True, check=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory(prefix="parity-dump-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        with temporary_server("-cfsync=off") as postgres, worktree(options.commit, folder) as code:
            with psycopg.connect(postgres.url(), autocommit=True) as admin:
                admin.execute("create database parity")
            url = postgres.url("parity")
            work = folder / "work"
            work.mkdir()
            subprocess.run(
                [options.python, HERE / "fill.py", url, work, str(options.size)],
                cwd=code,
                env={**os.environ, "PYTHONPATH": str(code), "PYTHONSAFEPATH": "1", "PARITY_HOME": str(work)},
                check=True,
            )
            make_neutral(url, work)
            to = HERE / f"{short}.dump"
            dump(url, to, work)
    print(f"{to.relative_to(REPOSITORY)}: {to.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
