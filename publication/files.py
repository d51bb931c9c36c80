"""Files that appear whole or not at all, and never in the place of others."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from parity.durable import put_in_place
from publication.history import ReleaseError


def write_whole(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write each content under its name; returns the paths. One that is there with the same content stays.

    Raises ReleaseError where a file is there with another content, or the folder cannot be written; then nothing was written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new = {folder / name: content for name, content in contents.items() if not _is_there(folder / name, content)}
        with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as aside:
            for path, content in new.items():
                (Path(aside) / path.name).write_bytes(content)
            for path in new:
                put_in_place(Path(aside) / path.name, path)
    except OSError as error:
        raise ReleaseError(f"{error.filename or folder}: {error.strerror}. Name a folder that you may write to.") from None
    return [folder / name for name in contents]


def _is_there(path: Path, content: bytes) -> bool:
    if not path.exists():
        return False
    if path.read_bytes() != content:
        raise ReleaseError(
            f"{path} is there with another content. Name another folder, or move that file away. Nothing was written."
        )
    return True
