"""Files that a power cut leaves whole or not at all.

A file system may keep a new name before it keeps the bytes behind it, and a new folder only in memory. So: the bytes first, then the name, then the
folder that holds the name, and the folders above it that are new.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import IO, Any

UNABLE = (errno.EINVAL, errno.ENOTSUP)


def sync(file: IO[Any]) -> None:
    """Bring what was written to the open file onto the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Bring the names in the folder onto the disk. File systems that cannot do that for folders keep them in order by themselves."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in UNABLE:
            raise
    finally:
        os.close(opened)


def make_folder(folder: Path) -> None:
    """Make the folder, and those above it, so that they outlive a power cut. Others may make it at the same time."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        sync_folder(each.parent)


def put_in_place(unfinished: Path, path: Path) -> None:
    """Give a written file its name, in place of what has it; a power cut leaves the old file or the new one."""
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)
