"""The landing: what a source sent, verbatim and immutable, named by its content; any fsspec URL."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import fsspec
import psycopg

CHUNK = 1 << 20


@dataclass(frozen=True)
class LandedFile:
    """Where a delivery lies, and what it is by content."""

    source: str
    name: str
    uri: str
    sha256: str
    n_bytes: int


class Landing:
    """A content-addressed store below one URL (a local folder, `s3://…`, …)."""

    def __init__(self, url: str) -> None:
        self.filesystem, self.root = fsspec.core.url_to_fs(url)

    def put(self, source: str, name: str, content: Path | bytes) -> LandedFile:
        """Store `content` under its SHA-256; what already lies there is left alone."""
        body = content.read_bytes() if isinstance(content, Path) else content
        digest = hashlib.sha256(body).hexdigest()
        path = f"{self.root}/{source}/{digest[:2]}/{digest}"
        if not self.filesystem.exists(path):
            self.filesystem.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
            unfinished = f"{path}.{uuid.uuid4().hex}.unfinished"  # two tasks may land the same content at once
            with self.filesystem.open(unfinished, "wb") as file:
                file.write(body)
            self.filesystem.mv(unfinished, path)
        return LandedFile(source, name, self.filesystem.unstrip_protocol(path), digest, len(body))

    def put_file(self, source: str, name: str, file: BinaryIO) -> LandedFile:
        """As `put`, for an open file of any size, read once."""
        digest, n_bytes = hashlib.sha256(), 0
        unfinished = f"{self.root}/{source}/{uuid.uuid4().hex}.unfinished"
        self.filesystem.makedirs(unfinished.rsplit("/", 1)[0], exist_ok=True)
        try:
            with self.filesystem.open(unfinished, "wb") as copy:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
                    n_bytes += len(chunk)
                    copy.write(chunk)
            path = f"{self.root}/{source}/{digest.hexdigest()[:2]}/{digest.hexdigest()}"
            if self.filesystem.exists(path):
                self.filesystem.rm(unfinished)
            else:
                self.filesystem.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
                self.filesystem.mv(unfinished, path)
        except BaseException:
            if self.filesystem.exists(unfinished):
                self.filesystem.rm(unfinished)
            raise
        return LandedFile(source, name, self.filesystem.unstrip_protocol(path), digest.hexdigest(), n_bytes)

    def _path(self, uri: str) -> str:
        """Where a landed file lies now. A landing that was moved since knows it by the end of its URI: source, digest."""
        path = self.filesystem._strip_protocol(uri)
        if path.startswith(f"{self.root}/"):
            return path
        parts = path.split("/")
        for start in range(len(parts) - 3, 0, -1):
            moved = "/".join((self.root, *parts[start:]))
            if self.filesystem.exists(moved):
                return moved
        return path

    def open(self, uri: str) -> BinaryIO:
        """A landed file, open for reading. Raises FileNotFoundError."""
        return self.filesystem.open(self._path(uri), "rb")

    def get(self, uri: str) -> bytes:
        """The content of a landed file. Raises FileNotFoundError."""
        with self.filesystem.open(self._path(uri), "rb") as file:
            return file.read()

    def remove(self, uri: str) -> None:
        """Take a file out of the landing, as an erasure must."""
        self.filesystem.rm(self._path(uri))


def record(connection: psycopg.Connection, landed: LandedFile) -> None:
    """Note in ops.landing_file that this content arrived under this name."""
    connection.execute(
        "insert into ops.landing_file (source, name, content_sha256, uri, n_bytes) values (%s, %s, %s, %s, %s) "
        "on conflict do nothing",
        (landed.source, landed.name, landed.sha256, landed.uri, landed.n_bytes),
    )
