"""Each agency's secret key, a file an agency in one folder that only its owner may enter.

The warehouse remembers which key its pseudonyms were made with, by an id that tells nothing of the key; a load under any other key is
refused, as its people would meet nobody.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import psycopg

from parity.durable import put_in_place


class KeyMissing(RuntimeError):
    """The key that an agency's people were hashed with is not in the folder."""


class KeyRing:
    """The folder of keys. `<agency>.json` holds {key id: key in hex}; two of them only while a rotation is under way."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    def keys(self, agency: str) -> dict[str, bytes]:
        """Key id → key. Raises KeyMissing where the file cannot be read."""
        path = self._path(agency)
        try:
            return {key_id: bytes.fromhex(key) for key_id, key in json.loads(path.read_text()).items()}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise KeyMissing(
                f"{path.name}: not readable as a key file ({type(error).__name__}). Restore it from your backup."
            ) from None

    def make(self, agency: str) -> str:
        """Add a new random key; its id."""
        key = secrets.token_bytes(32)
        self._write(agency, self.keys(agency) | {key_id(key): key})
        return key_id(key)

    def keep_only(self, agency: str, wanted: str) -> None:
        self._write(agency, {name: key for name, key in self.keys(agency).items() if name == wanted})

    def _path(self, agency: str) -> Path:
        return self.folder / f"{agency}.json"

    def _write(self, agency: str, keys: dict[str, bytes]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self.folder / f".{agency}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({name: key.hex() for name, key in keys.items()}, file)
        put_in_place(unfinished, self._path(agency))


def key_id(key: bytes) -> str:
    """A name for a key that tells nothing of it."""
    return hashlib.sha256(b"parity hr key" + key).hexdigest()[:12]


def keys_in_use(connection: psycopg.Connection, ring: KeyRing, agencies: Iterable[str]) -> dict[str, bytes]:
    """Agency → the key that its pseudonyms in the warehouse are made with; one is made where there is none yet.

    Within the caller's transaction, which holds a lock on each agency's key: no rotation runs meanwhile. Raises KeyMissing.
    """
    found: dict[str, bytes] = {}
    for agency in sorted(agencies):
        connection.execute("select pg_advisory_xact_lock_shared(hashtext('parity.hr_key'), hashtext(%s))", (agency,))
        row = connection.execute("select key_id from ops.hr_key where agency_code = %s", (agency,)).fetchone()
        if row is None:
            connection.execute("select pg_advisory_xact_lock(hashtext('parity.hr_key.make'), hashtext(%s))", (agency,))
            row = connection.execute("select key_id from ops.hr_key where agency_code = %s", (agency,)).fetchone()
        if row is None:
            row = (next(iter(ring.keys(agency)), None) or ring.make(agency),)
            connection.execute("insert into ops.hr_key (agency_code, key_id) values (%s, %s)", (agency, row[0]))
        keys = ring.keys(agency)
        if row[0] not in keys:
            raise KeyMissing(
                f"the key {row[0]} of {agency}, with which its people were hashed, is not in the key folder. Restore {agency}.json from "
                "your backup: under another key nobody would be recognised."
            )
        found[agency] = keys[row[0]]
    return found


def old_keys(connection: psycopg.Connection, agencies: Iterable[str]) -> frozenset[str]:
    """Those whose people were hashed before separators told people apart: their numbers stay without, so that nobody becomes somebody else."""
    found = connection.execute(
        "select agency_code from ops.hr_key where agency_code = any(%s) and drops_separators", (sorted(agencies),)
    )
    return frozenset(agency for (agency,) in found)
