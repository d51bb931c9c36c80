"""What bytes are: their SHA-256 and their number. A file of the landing is named by them."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 1 << 20
ADDRESS = re.compile(r"/(?P<start>[0-9a-f]{2})/(?P<sha256>(?P=start)[0-9a-f]{62})$")


@dataclass(frozen=True)
class Content:
    sha256: str
    n_bytes: int

    def __str__(self) -> str:
        return f"{self.n_bytes:,} bytes with the SHA-256 {self.sha256}"


def of_bytes(body: bytes) -> Content:
    return Content(hashlib.sha256(body).hexdigest(), len(body))


def of_file(file: BinaryIO) -> Content:
    """Of what is left to read of an open file, whatever its size."""
    digest, n_bytes = hashlib.sha256(), 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        n_bytes += len(chunk)
    return Content(digest.hexdigest(), n_bytes)


def address(source: str, sha256: str) -> str:
    """Where a content of a source lies, below the root of a landing."""
    return f"{source}/{sha256[:2]}/{sha256}"


def named_digest(path: str) -> str | None:
    """The SHA-256 that a path or a URI of the landing names; None where it is none of ours."""
    found = ADDRESS.search(path)
    return found["sha256"] if found else None
