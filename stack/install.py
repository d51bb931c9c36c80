"""`make install`: both environments from their locks, one installation at a time, after the machine was checked.

Runs on the Python that `make` found, so only the standard library and modules of `stack` that use no other. Further arguments go to
`uv sync` of the pipeline's environment (`--group spark`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from stack.lock import locked, try_lock
from stack.preflight import problems

CHECKOUT = Path(__file__).resolve().parent.parent
NO_NETWORK = (
    "dns error",
    "error sending request",
    "failed to fetch",
    "connection",
    "timed out",
    "network",
    "could not find a version",
)
INTERRUPTED = 130


class NotInstalled(RuntimeError):
    """The installation failed; the message says why and what to do."""


def main(arguments: list[str]) -> int:
    home = os.environ.get("PARITY_HOME")
    for problem in problems(CHECKOUT, Path(home).resolve() if home else None):
        print(problem, file=sys.stderr)
        return 1
    try:
        install(arguments)
    except NotInstalled as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped during the installation. `make demo` resumes it.", file=sys.stderr)
        return INTERRUPTED
    return 0


def install(arguments: list[str]) -> None:
    """Bring both environments to what their locks say. Raises NotInstalled."""
    own = CHECKOUT / ".parity"
    own.mkdir(exist_ok=True, mode=0o711)
    lock = own / "install.lock"
    if (held := try_lock(lock)) is None:
        print("Another installation of this checkout is under way: waiting for it ...", flush=True)
    else:
        os.close(held)
    with locked(lock):
        if not (CHECKOUT / "superset" / ".venv").is_dir():
            print("Installing the pipeline and Superset (once; a minute or so) ...", flush=True)
        uv = shutil.which("uv") or _own_uv(own / "uv")
        _run([uv, "sync", "--frozen", "--quiet", *arguments])
        _run([uv, "sync", "--frozen", "--quiet", "--project", "superset"])


def _own_uv(folder: Path) -> str:
    uv = folder / "bin" / "uv"
    if not uv.exists():
        venv.create(folder, clear=True, with_pip=True)
        _run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"])
    return str(uv)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode == 0:
        return
    said = done.stderr.strip()
    if done.returncode in (-2, INTERRUPTED):
        raise KeyboardInterrupt
    if "No space left" in said:
        raise NotInstalled(
            "The disk is full: free 3 GiB (UV_CACHE_DIR and PARITY_HOME may name other disks), then run `make demo` again."
        )
    if any(word in said.lower() for word in NO_NETWORK):
        reason = next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "")
        raise NotInstalled(
            f"The packages cannot be downloaded: connect this machine, or name a mirror in UV_DEFAULT_INDEX, then run `make demo` again. ({reason})"
        )
    raise NotInstalled(f"{said}\nThe installation failed: mend what is named above, then run `make demo` again.")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
