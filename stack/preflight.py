"""What a machine must have before anything is installed: each check is a sentence with its remedy, or None.

Runs on the Python that `make` found, before the environments exist: only the standard library and modules of `stack` that use no other.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stack.system_user import SYSTEM_USER

INSTALLED_GIB = 2.5  # both environments
LEAST_FREE_GIB = 2.0  # for data and logs


def problems(checkout: Path, home: Path | None = None) -> Iterator[str]:
    """The problems of this machine, most basic first. `home`: the instance's folder where it is not in the checkout."""
    checks = (system(), loopback(), writable(checkout), environment_tool(checkout), disk(checkout, home), system_user())
    return (problem for problem in checks if problem)


def system() -> str | None:
    if sys.platform != "linux":
        return "Parity runs on Linux only: use a virtual machine, or WSL 2 on Windows."
    return None


def loopback() -> str | None:
    """Every service listens on 127.0.0.1."""
    try:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            probe.listen()
            with socket.create_connection(probe.getsockname(), timeout=5):
                return None
    except OSError as error:
        return (
            f"Parity's services listen on 127.0.0.1, which this machine does not offer ({error.strerror or error}): "
            "switch it on with `sudo ip link set lo up; sudo ip address add 127.0.0.1/8 dev lo`."
        )


def writable(checkout: Path) -> str | None:
    try:
        with tempfile.TemporaryFile(dir=checkout):
            return None
    except OSError as error:
        return (
            f"Parity installs itself in {checkout} and cannot write there ({error.strerror}): "
            f"copy the checkout to a folder of yours (`cp -r --no-preserve=mode {checkout} ~/parity`) and run `make demo` there."
        )


def environment_tool(checkout: Path) -> str | None:
    """uv, or what it takes to install it."""
    if shutil.which("uv") or (checkout / ".parity" / "uv" / "bin" / "uv").exists() or importlib.util.find_spec("ensurepip"):
        return None
    return (
        f"{sys.executable} cannot make virtual environments: install `python{sys.version_info[0]}.{sys.version_info[1]}-venv` "
        "(`sudo apt install python3-venv` on Debian and Ubuntu), or uv, and run `make demo` again."
    )


def disk(checkout: Path, home: Path | None) -> str | None:
    needed = {checkout: 0.0 if (checkout / "superset" / ".venv").is_dir() else INSTALLED_GIB}
    existing = _existing(home) if home else checkout
    is_one_disk = os.stat(existing).st_dev == os.stat(checkout).st_dev
    key = checkout if is_one_disk else existing
    needed[key] = needed.get(key, 0.0) + LEAST_FREE_GIB
    for folder, gib in needed.items():
        free = shutil.disk_usage(folder).free / 1024**3
        if free < gib:
            return (
                f"Only {free:.1f} GiB are free on the disk of {folder}: Parity needs {gib:.1f} GiB. "
                "Free some space, or use a folder on another disk (PARITY_HOME for the data)."
            )
    return None


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def system_user() -> str | None:
    """PostgreSQL does not run as root."""
    if os.geteuid() != 0 or shutil.which("useradd") or Path("/usr/sbin/useradd").exists():
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return (
            f"PostgreSQL must not run as root, and there is no `useradd` to make its user {SYSTEM_USER}: run as an ordinary user."
        )
    return None
