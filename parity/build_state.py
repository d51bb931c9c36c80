"""Whether a build would change anything: the version of all that it reads, against that of the last complete build.

The version covers the tables of `dbt/models/staging/_sources.yml`, and the files of the rooms that make a release. It is taken before a
build and kept after it, so that what arrives meanwhile is built next time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from parity.catalogue.accepted import load_accepted
from parity.settings import REPOSITORY
from parity.yaml_files import read_yaml

CODE = ("dbt", "expectations", "publication", "parity/catalogue")
ROOMS = (*CODE, "catalogue")
IGNORED = {"target", "logs", "__pycache__"}
STATES = """
select source, coalesce(ops.source_state(split_part(source, '.', 1), split_part(source, '.', 2)), '')
from unnest(cast(%s as text[])) as sources (source)
order by source
"""
# A relation that is gone, or that somebody built since by hand, makes the next build look at everything.
UNCHANGED = """
select 1 from ops.build where version = %s
    and not exists (select 1 from ops.dbt_built where dbt_built.built_at > build.built_at)
    and not exists (
        select 1 from ops.dbt_built
        where relation_oid is not null and not exists (select 1 from pg_class where pg_class.oid = relation_oid))
"""


CLOSED = """
select wave.form, wave.wave from raw.catalogue_survey_wave as wave
left join (select form, (max(synced_at) at time zone 'utc')::date as day from ops.kobo_cursor group by form) as synced on wave.form = synced.form
where wave.last_day < least(%(day)s, coalesce(synced.day, %(day)s))
order by wave.form, wave.wave
"""


@dataclass(frozen=True)
class Inputs:
    """Hashes of all that a build reads: the code, the catalogue, each table (`schema.name`), and the choice of deliveries that count."""

    code: str
    catalogue: str
    sources: dict[str, str]
    deliveries: str = ""

    @property
    def version(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def read_inputs(
    connection: psycopg.Connection, repository: Path = REPOSITORY, catalogue: Path | None = None, today: dt.date | None = None
) -> Inputs:
    """The hashes as of now. Part of the catalogue is what holds today: accepted failures, so that one that ends is noticed the day after, survey
    waves that are closed, and orders to open one again."""
    tables = tables_of_a_build(repository)
    folder = catalogue or repository / "catalogue"
    day = today or dt.datetime.now(dt.UTC).date()
    accepted = [f"{entry.suite}\0{entry.until}\0{entry.holds_on(day)}" for entry in load_accepted(folder)]
    return Inputs(
        code=_files_hash([repository / room for room in CODE]),
        catalogue=hashlib.sha256("\n".join([_files_hash([folder]), *accepted, *_waves(connection, day)]).encode()).hexdigest(),
        sources=source_states(connection, tables),
    )


def source_states(connection: psycopg.Connection, tables: list[str]) -> dict[str, str]:
    """By table, `schema.name`, a hash that changes with its content."""
    return dict(connection.execute(STATES, (tables,)).fetchall())


def _waves(connection: psycopg.Connection, day: dt.date) -> list[str]:
    """A wave is closed once its form was synced after its end. Where a form declares none, the year is one: so the year counts, too."""
    closed = connection.execute(CLOSED, {"day": day})
    synced = connection.execute(
        "select form, extract(year from max(synced_at))::int from ops.kobo_cursor group by form order by form"
    )
    orders = connection.execute(
        "select reopened.order_no, cancelled.order_no from ops.survey_wave_reopened as reopened"
        " left join ops.survey_wave_order_cancelled as cancelled using (order_no) order by reopened.order_no"
    )
    return [str(day.year), *map(str, closed), *map(str, synced), *map(str, orders)]


def inputs_version(
    connection: psycopg.Connection, repository: Path = REPOSITORY, catalogue: Path | None = None, today: dt.date | None = None
) -> str:
    """A hash of all that a build reads."""
    return read_inputs(connection, repository, catalogue, today).version


def _files_hash(folders: list[Path]) -> str:
    """Of names and contents of all files in the folders, but for what dbt and Python write there."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not IGNORED & set(path.parts):
                digest.update(f"{path.relative_to(folder)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def tables_of_a_build(repository: Path = REPOSITORY) -> list[str]:
    """`schema.table` of every table that dbt reads, but for what is decided from them within a build."""
    content = read_yaml(repository / "dbt" / "models" / "staging" / "_sources.yml")
    return [
        f"{source['name']}.{table['name']}"
        for source in content["sources"]
        for table in source["tables"]
        if not table.get("config", {}).get("meta", {}).get("is_decided")
    ]


def is_unchanged(connection: psycopg.Connection, version: str) -> bool:
    """Whether the last complete build had this version, and what it built still stands."""
    return connection.execute(UNCHANGED, (version,)).fetchone() is not None


def remember(connection: psycopg.Connection, version: str) -> None:
    """Note that a build of this version is complete."""
    connection.execute(
        "insert into ops.build (version) values (%s)"
        " on conflict (is_only) do update set version = excluded.version, built_at = clock_timestamp()",
        (version,),
    )
