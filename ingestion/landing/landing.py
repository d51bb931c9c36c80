"""Files in and out of the landing: what goes in is kept whole or not at all, and what comes out is compared with its name first."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import fsspec

from ingestion.landing.content import CHUNK, Content, address, named_digest, of_bytes, of_file
from ingestion.landing.errors import NotLanded, TornFile, told_of
from ingestion.landing.stores import Incoming, Store, store_of
from parity.landing_place import LandingPlace


@dataclass(frozen=True)
class LandedFile:
    """Where a delivery lies, and what it is by content."""

    source: str
    name: str
    uri: str
    sha256: str
    n_bytes: int


@dataclass(frozen=True)
class Torn:
    """A file that held other bytes than its name says, before it is put right. `aside`: where these lie now; None where there were none."""

    source: str
    name: str
    uri: str
    expected: Content
    found: Content
    aside: str | None


Note = Callable[[Torn], None]


def unnoted(torn: Torn) -> None:
    """For what nothing is ever loaded from: a torn file is replaced, and no trace of it stays."""


class Landing:
    """A content-addressed store below one URL: a local folder, `s3://…`, or any other that fsspec reaches with `options`."""

    def __init__(self, url: str, options: Mapping[str, Any] | None = None) -> None:
        self.filesystem, root = fsspec.core.url_to_fs(url, **(options or {}))
        self.store: Store = store_of(self.filesystem, root)
        self.root = self.store.root
        self._tidied: set[str] = set()

    @classmethod
    def at(cls, place: LandingPlace) -> Landing:
        """That of the settings, or of a connection."""
        return cls(place.url, place.options())

    @property
    def place(self) -> str:
        """Its address, for messages; it holds no key."""
        return self.filesystem.unstrip_protocol(self.root)

    def put(self, source: str, name: str, content: Path | bytes, *, note: Note = unnoted) -> LandedFile:
        """As `put_file`, for bytes or a local file."""
        if isinstance(content, Path):
            with content.open("rb") as file:
                return self.put_file(source, name, file, note=note)
        found = of_bytes(content)
        with self._told("kept", name, source):
            if self._standing(path := self._path_of(source, found.sha256)) == found:
                return self._landed(source, name, path, found)
        return self.put_file(source, name, io.BytesIO(content), note=note)

    def put_file(self, source: str, name: str, file: BinaryIO, *, note: Note = unnoted) -> LandedFile:
        """Store an open file of any size, read once, under its SHA-256; what already lies there whole is left alone.

        What lies there and is another content, as a power cut leaves it, is replaced; with a `note`, it is noted first and set aside under its own name.
        Raises LandingError.
        """
        with ExitStack() as block:
            with self._told("kept", name, source):
                self._tidy(source)
                incoming = block.enter_context(self.store.incoming(source))
            content = self._copy(file, incoming, source, name)
            with self._told("kept", name, source):
                return self._keep(incoming, source, name, content, note)

    def _copy(self, file: BinaryIO, incoming: Incoming, source: str, name: str) -> Content:
        """What cannot be read is the source's affair, and what cannot be written the landing's."""
        digest, n_bytes = hashlib.sha256(), 0
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            n_bytes += len(chunk)
            with self._told("kept", name, source):
                incoming.write(chunk)
        return Content(digest.hexdigest(), n_bytes)

    def _keep(self, incoming: Incoming, source: str, name: str, content: Content, note: Note) -> LandedFile:
        path = self._path_of(source, content.sha256)
        standing = self._standing(path)
        if standing != content:
            if standing is not None:
                self._set_aside(source, name, path, content, standing, note)
            incoming.keep(path, content)
        return self._landed(source, name, path, content)

    def set_aside(self, source: str, name: str, uri: str, expected: Content, *, note: Note = unnoted) -> Torn | None:
        """Move the bytes of a torn file under their own name, so that the file is missing and can land again; None where it is whole or gone."""
        path = self.path_of(uri)
        with self._told("kept", name, source):
            standing = self._standing(path)
            if standing is None or standing.sha256 == expected.sha256:
                return None
            return self._set_aside(source, name, path, expected, standing, note)

    def _set_aside(self, source: str, name: str, path: str, expected: Content, found: Content, note: Note) -> Torn:
        aside = self._path_of(source, found.sha256) if found.n_bytes and note is not unnoted else None
        torn = Torn(source, name, self.uri(path), expected, found, self.uri(aside) if aside else None)
        note(torn)
        if aside:
            self.store.move(path, aside)
        return torn

    def _standing(self, path: str) -> Content | None:
        if self.store.n_bytes(path) is None:
            return None
        with self.store.read(path) as file:
            return of_file(file)

    def _landed(self, source: str, name: str, path: str, content: Content) -> LandedFile:
        return LandedFile(source, name, self.uri(path), content.sha256, content.n_bytes)

    def _tidy(self, source: str) -> None:
        if source not in self._tidied:
            self.store.tidy(source)
            self._tidied.add(source)

    def uri(self, path: str) -> str:
        return self.filesystem.unstrip_protocol(path)

    def _path_of(self, source: str, sha256: str) -> str:
        return f"{self.root}/{address(source, sha256)}"

    def path_of(self, uri: str) -> str:
        """Where a landed file lies now. A landing that was moved since knows it by the end of its URI: source, digest."""
        path = self.filesystem._strip_protocol(uri.partition("://")[2] if self._is_elsewhere(uri) else uri)
        if path.startswith(f"{self.root}/"):
            return path
        parts = path.split("/")
        for start in range(len(parts) - 3, 0, -1):
            moved = "/".join((self.root, *parts[start:]))
            if self.store.n_bytes(moved) is not None:
                return moved
        return path

    def _is_elsewhere(self, uri: str) -> bool:
        """Whether the file landed in another kind of place, from which the landing was moved here."""
        kind, mark, _ = uri.partition("://")
        protocols = self.filesystem.protocol
        return bool(mark) and kind not in ((protocols,) if isinstance(protocols, str) else protocols)

    def open(self, uri: str, name: str = "a landed file") -> BinaryIO:
        """A landed file, compared with its hash before the first byte is given; seekable. Raises NotLanded, TornFile, StoreFailed."""
        with self._told("read", name, uri):
            expected = named_digest(uri)
            if expected is None:
                raise NotLanded(f"'{uri}' is no address of a file in the landing {self.place}.")
            file = self.store.read(self.path_of(uri))
            try:
                found = of_file(file)
                if found.sha256 != expected:
                    raise TornFile(name, uri, expected, found)
                file.seek(0)
            except BaseException:
                file.close()
                raise
            return file

    def get(self, uri: str, name: str = "a landed file") -> bytes:
        """The content of a landed file, compared with its hash. Raises NotLanded, TornFile, StoreFailed."""
        body = self.get_as_it_is(uri, name)
        found = of_bytes(body)
        if found.sha256 != (expected := named_digest(uri)):
            raise TornFile(name, uri, expected or "", found)
        return body

    def get_as_it_is(self, uri: str, name: str = "a landed file") -> bytes:
        """The bytes that lie there, right or wrong: to look for what must go. Raises NotLanded, StoreFailed."""
        with self._told("read", name, uri):
            if named_digest(uri) is None:
                raise NotLanded(f"'{uri}' is no address of a file in the landing {self.place}.")
            with self.store.read(self.path_of(uri)) as file:
                return file.read()

    def remove(self, uri: str) -> None:
        """Take a file out of the landing, as an erasure must. Raises NotLanded."""
        with self._told("read", "a landed file", uri):
            self.store.remove(self.path_of(uri))

    def _told(self, doing: str, name: str, source: str) -> AbstractContextManager[None]:
        return told_of(self.place, doing, name, source)
