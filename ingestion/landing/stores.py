"""Where the landing's files lie, and how each place keeps one whole or not at all.

- **A folder**: the file is written under an unfinished name, which its writer locks, brought onto the disk, renamed, and the folders that hold its
  name are brought onto the disk. What a kill leaves is unlocked, and is cleared away.
- **A store of objects** (S3 and its like): there is no renaming, which would be a copy and a deletion. The file is complete on this machine before
  it goes there under its final key at once, with its SHA-256, which the store compares.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import errno
import fcntl
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol, cast

from fsspec.implementations.local import LocalFileSystem

from ingestion.landing.content import Content
from parity.durable import make_folder, sync, sync_folder

UNFINISHED = ".unfinished"
STALE = dt.timedelta(minutes=10)  # what is younger may be at work, though it is not locked yet
STALE_UPLOAD = dt.timedelta(days=1)
AT_ONCE = 64 << 20  # bytes that go to S3 as one object in one request, which carries its checksum


@dataclass(frozen=True)
class Lying:
    """A file that lies in the store; `is_unfinished` where a kill has left it."""

    path: str
    n_bytes: int
    written_at: dt.datetime
    is_unfinished: bool = False

    def is_younger_than(self, age: dt.timedelta) -> bool:
        return self.written_at > dt.datetime.now(dt.UTC) - age


class Incoming(Protocol):
    """A file on its way in. It is gone at the end of its block unless it was kept."""

    def write(self, chunk: bytes) -> None: ...

    def keep(self, path: str, content: Content) -> None:
        """Put it under its final name, in place of what is there."""
        ...


class Store(Protocol):
    root: str

    def incoming(self, source: str) -> AbstractContextManager[Incoming]: ...

    def n_bytes(self, path: str) -> int | None:
        """The size of a file; None where there is none."""
        ...

    def read(self, path: str) -> BinaryIO:
        """A file as it is, open for reading and seekable. Raises FileNotFoundError."""
        ...

    def move(self, path: str, to: str) -> None: ...

    def remove(self, path: str) -> None: ...

    def lying(self) -> Iterator[Lying]:
        """Every file below the root, and what kills have left."""
        ...

    def clear(self, remnant: Lying) -> bool:
        """Take an unfinished file away, unless somebody is writing it."""
        ...

    def tidy(self, source: str) -> None:
        """Take away what kills have left of files of the source."""
        ...


def store_of(filesystem: Any, root: str) -> Store:
    return Folder(root) if isinstance(filesystem, LocalFileSystem) else Objects(filesystem, root)


class Folder:
    """A folder of this machine."""

    def __init__(self, root: str) -> None:
        self.root = root

    @contextmanager
    def incoming(self, source: str) -> Iterator[Incoming]:
        folder = Path(self.root, source)
        make_folder(folder)
        path = folder / f"{uuid.uuid4().hex}{UNFINISHED}"
        with path.open("xb", buffering=0) as file:  # what is not written must fail where it is written, not at the end
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield _InFolder(file, path)
            finally:
                path.unlink(missing_ok=True)

    def n_bytes(self, path: str) -> int | None:
        try:
            return os.stat(path).st_size
        except (FileNotFoundError, NotADirectoryError):
            return None

    def read(self, path: str) -> BinaryIO:
        return open(path, "rb")

    def move(self, path: str, to: str) -> None:
        make_folder(Path(to).parent)
        with contextlib.suppress(FileNotFoundError):  # another task was first
            os.replace(path, to)
        sync_folder(Path(to).parent)

    def remove(self, path: str) -> None:
        os.unlink(path)
        sync_folder(Path(path).parent)

    def lying(self) -> Iterator[Lying]:
        for folder, _, names in os.walk(self.root):
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    yield self._lying(Path(folder, name))

    def clear(self, remnant: Lying) -> bool:
        """The lock tells: a process that is gone holds none."""
        try:
            with open(remnant.path, "rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                os.unlink(remnant.path)
        except FileNotFoundError:
            return True
        except BlockingIOError:
            return False
        return True

    def tidy(self, source: str) -> None:
        for path in Path(self.root, source).glob(f"*{UNFINISHED}"):
            with contextlib.suppress(FileNotFoundError):
                if not (remnant := self._lying(path)).is_younger_than(STALE):
                    self.clear(remnant)

    def _lying(self, path: Path) -> Lying:
        stat = path.stat()
        written_at = dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC)
        return Lying(str(path), stat.st_size, written_at, path.name.endswith(UNFINISHED))


def _write(file: IO[bytes], chunk: bytes) -> None:
    """All of it: a file without a buffer takes as much as there is room for."""
    left = memoryview(chunk)
    while left:
        left = left[file.write(left) :]


class _InFolder:
    def __init__(self, file: IO[bytes], path: Path) -> None:
        self.file, self.path = file, path

    def write(self, chunk: bytes) -> None:
        _write(self.file, chunk)

    def keep(self, path: str, content: Content) -> None:
        """Three times to the disk, however large the file is."""
        sync(self.file)
        folder = Path(path).parent
        folder.mkdir(exist_ok=True)
        self.path.replace(path)
        sync_folder(folder)
        sync_folder(folder.parent)  # which holds the name of `folder`, whoever made it


class Objects:
    """A store of objects that fsspec reaches: S3 and what speaks like it, and any other."""

    def __init__(self, filesystem: Any, root: str) -> None:
        self.filesystem, self.root = filesystem, root.rstrip("/")
        self.is_s3 = "s3" in ((filesystem.protocol,) if isinstance(filesystem.protocol, str) else filesystem.protocol)

    @contextmanager
    def incoming(self, source: str) -> Iterator[Incoming]:
        with tempfile.NamedTemporaryFile(prefix="parity-landing-", buffering=0) as file:
            yield _ToStore(self, file)

    def n_bytes(self, path: str) -> int | None:
        self.filesystem.invalidate_cache()
        try:
            return int(self.filesystem.info(path)["size"])
        except FileNotFoundError:
            return None

    def read(self, path: str) -> BinaryIO:
        """A copy on this machine: readers of workbooks go to and fro, and the copy that was compared is the one that is read."""
        copy = tempfile.NamedTemporaryFile(prefix="parity-landing-")  # noqa: SIM115  # the caller closes it
        try:
            self.filesystem.invalidate_cache()
            self.filesystem.get_file(path, copy.name)
        except BaseException:
            copy.close()
            raise
        return cast(BinaryIO, copy)

    def put(self, file: IO[bytes], path: str, content: Content) -> None:
        whole = {}
        if self.is_s3 and content.n_bytes <= AT_ONCE:
            whole["ChecksumSHA256"] = base64.b64encode(bytes.fromhex(content.sha256)).decode()
        self.filesystem.put_file(file.name, path, **whole)
        if (n_bytes := self.n_bytes(path)) != content.n_bytes:
            raise OSError(errno.EIO, f"the store keeps {n_bytes} of {content.n_bytes} bytes")

    def move(self, path: str, to: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self.filesystem.cp_file(path, to)
            self.filesystem.rm_file(path)

    def remove(self, path: str) -> None:
        self.filesystem.rm_file(path)

    def lying(self) -> Iterator[Lying]:
        self.filesystem.invalidate_cache()
        for path, entry in sorted(self.filesystem.find(self.root, detail=True).items()):
            yield Lying(path, int(entry["size"]), _moment(entry))
        if self.is_s3:
            yield from self._uploads()

    def clear(self, remnant: Lying) -> bool:
        bucket, key, upload = _upload(remnant.path)
        self.filesystem.call_s3("abort_multipart_upload", Bucket=bucket, Key=key, UploadId=upload)
        return True

    def tidy(self, source: str) -> None:
        """Nothing: an object is there or not, and what a kill leaves of a large one is not seen. `parity landing verify` finds it."""

    def _uploads(self) -> Iterator[Lying]:
        """Large objects that were begun and never completed: not seen by anybody, and paid for."""
        bucket, _, prefix = self.root.partition("/")
        answer = self.filesystem.call_s3("list_multipart_uploads", Bucket=bucket, Prefix=prefix and f"{prefix}/")
        for upload in answer.get("Uploads") or ():
            if upload["Initiated"] < dt.datetime.now(dt.UTC) - STALE_UPLOAD:
                yield Lying(f"{bucket}/{upload['Key']}?uploadId={upload['UploadId']}", 0, upload["Initiated"], is_unfinished=True)


class _ToStore:
    def __init__(self, store: Objects, file: IO[bytes]) -> None:
        self.store, self.file = store, file

    def write(self, chunk: bytes) -> None:
        try:
            _write(self.file, chunk)
        except OSError as error:
            error.filename = tempfile.gettempdir()  # it is this machine that has no room, not the store
            raise

    def keep(self, path: str, content: Content) -> None:
        self.store.put(self.file, path, content)


def _upload(path: str) -> tuple[str, str, str]:
    place, _, upload = path.partition("?uploadId=")
    bucket, _, key = place.partition("/")
    return bucket, key, upload


def _moment(entry: dict[str, Any]) -> dt.datetime:
    for name in ("LastModified", "mtime", "created", "last_modified"):
        if isinstance(value := entry.get(name), dt.datetime):
            return value if value.tzinfo else value.replace(tzinfo=dt.UTC)
    return dt.datetime.now(dt.UTC)
