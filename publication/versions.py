"""What a release was made with: versions of catalogue, code and policy, and the state of each source.

They stay in the warehouse: no view of `published` shows them. A release from before they were kept has none of them but the catalogue's.
A candidate that equals the current release is not stored, so a release keeps the versions that first made its figures.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from parity.build_state import Inputs
from parity.database import first_row
from parity.migrate import code_version


@dataclass(frozen=True)
class MadeWith:
    """`code_version` is for people; `code_hash` tells whether the files of the rooms that make figures are the same."""

    code_version: str | None
    code_hash: str | None
    policy_hash: str | None
    source_hashes: dict[str, str] | None


def made_with(catalogue: Path, inputs: Inputs) -> MadeWith:
    """What a release that is built now from `inputs`, under the policy of the folder `catalogue`, is made with."""
    policy = hashlib.sha256((catalogue / "disclosure.yml").read_bytes()).hexdigest()
    return MadeWith(code_version(), inputs.code, policy, inputs.sources)


def keep_versions(connection: psycopg.Connection, release_id: int, made: MadeWith) -> None:
    connection.execute(
        "update release.release set code_version = %s, code_hash = %s, policy_hash = %s, source_hashes = %s where release_id = %s",
        (made.code_version, made.code_hash, made.policy_hash, Jsonb(made.source_hashes), release_id),
    )


def kept_versions(connection: psycopg.Connection, release_id: int) -> MadeWith:
    """Each None where it was not recorded."""
    with connection.cursor(row_factory=class_row(MadeWith)) as cursor:
        found = cursor.execute(
            "select code_version, code_hash, policy_hash, source_hashes from release.release where release_id = %s", (release_id,)
        )
        return first_row(found)
