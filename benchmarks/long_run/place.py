"""Where a story is played: a folder with an instance's home, catalogue, drop folder and stand-in server, and two databases.

The environment is set as `parity up` sets it, so that the functions of the rooms find everything by themselves.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import yaml
from psycopg import sql

from benchmarks.long_run import lists, survey
from benchmarks.long_run.world import AGENCIES, World
from parity.settings import REPOSITORY
from stack.postgres import Postgres

WAREHOUSE, READERS, READER = "long_run", "long_run_readers", "long_run_reader"
BEFORE = "before_"  # what a copy of a database, or of the folder, is named with
TOKEN = "d" * 40  # of the stand-in server


@dataclass(frozen=True)
class Place:
    """`folder` holds everything but PostgreSQL's data."""

    folder: Path
    postgres: Postgres

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def catalogue(self) -> Path:
        return self.folder / "catalogue"

    @property
    def url(self) -> str:
        return self.postgres.url(WAREHOUSE)

    @property
    def readers_url(self) -> str:
        return self.postgres.url(READERS, READER)

    @property
    def readers_url_of_owner(self) -> str:
        return self.postgres.url(READERS)

    def environment(self) -> dict[str, str]:
        return {
            "PARITY_HOME": str(self.home),
            "PARITY_CATALOGUE": str(self.catalogue),
            "PARITY_WAREHOUSE_URL": self.url,
            "PARITY_READER_URL": self.readers_url,
            "PARITY_KOBO_TOKEN": TOKEN,
            # A log of every statement and unit tests in parses cost a fifth of a build.
            "DBT_LOG_LEVEL_FILE": "none",
        }

    @contextmanager
    def entered(self) -> Iterator[None]:
        """This process works on the place; its environment is as before afterwards."""
        before = dict(os.environ)
        os.environ.update(self.environment())
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def make(self, world: World) -> None:
        """Empty databases and folders, and the catalogue with the story's contracts."""
        self.remove()
        self.home.mkdir(parents=True)
        with psycopg.connect(self.postgres.url(), autocommit=True) as admin:
            admin.execute(sql.SQL("drop role if exists {}").format(sql.Identifier(READER)))
            admin.execute(sql.SQL("create role {} login password {}").format(sql.Identifier(READER), self.postgres.password))
            for name in (WAREHOUSE, READERS):
                admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        write_catalogue(self.catalogue, world)

    def remove(self) -> None:
        with psycopg.connect(self.postgres.url(), autocommit=True) as admin:
            for name in (WAREHOUSE, READERS, BEFORE + WAREHOUSE, BEFORE + READERS):
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        for name in ("home", "catalogue", BEFORE + "home"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def keep(self) -> None:
        """Keep databases and folder as they are, in place of what was kept before."""
        self._copy("", BEFORE)

    def restore(self) -> None:
        """Put back what was kept."""
        self._copy(BEFORE, "")

    def _copy(self, of: str, to: str) -> None:
        for name in (WAREHOUSE, READERS):
            copy_database(self.postgres, of + name, to + name)
        shutil.rmtree(self.folder / f"{to}home", ignore_errors=True)
        shutil.copytree(self.folder / f"{of}home", self.folder / f"{to}home")


def copy_database(postgres: Postgres, of: str, to: str) -> None:
    """File by file, in place of what bears that name. Whoever is connected to either is sent away."""
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(to)))
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (of,))
        admin.execute(sql.SQL("create database {} template {} strategy file_copy").format(sql.Identifier(to), sql.Identifier(of)))


def drop_database(postgres: Postgres, name: str) -> None:
    with psycopg.connect(postgres.url(), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def write_catalogue(folder: Path, world: World) -> None:
    """The repository's catalogue, with the story's agencies as the only staff sources, and its waves."""
    write_contracts(REPOSITORY / "catalogue", folder)
    path = folder / "sources" / "kobo" / f"{survey.FORM}.yml"
    write_yaml(path, survey.contract(world, yaml.safe_load(path.read_text(encoding="utf-8"))))


def write_contracts(of: Path, folder: Path) -> None:
    """A copy of a catalogue, which may be an earlier one, with the story's agencies as the only staff sources."""
    shutil.copytree(of, folder)
    shutil.copy(REPOSITORY / "catalogue" / "agencies.yml", folder)
    for path in (folder / "sources" / "hr").glob("*.yml"):
        path.unlink()
    for agency in AGENCIES:
        write_yaml(folder / "sources" / "hr" / f"{agency.contract}.yml", lists.contract(agency.code))


def write_yaml(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
