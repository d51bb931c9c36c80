"""`make install` names what a machine lacks before it installs anything, installs once at a time, and ends in a sentence."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from parity.settings import REPOSITORY
from stack import preflight

pytestmark = pytest.mark.slow

# A stand-in for uv: `sync` notes that it ran, and does what UV_DOES says.
UV = """#!/bin/sh
[ -e busy ] && echo overlap >> ran
touch busy
sh -c "$UV_DOES" || { code=$?; rm -f busy; exit $code; }
echo "$*" >> ran
rm -f busy
mkdir -p superset/.venv
"""


@pytest.fixture
def checkout(tmp_path):
    """A folder with the code of `stack` and a stand-in for uv; no environment is installed in it."""
    folder = tmp_path / "checkout"
    shutil.copytree(REPOSITORY / "stack", folder / "stack")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").write_text(UV)
    (tmp_path / "bin" / "uv").chmod(0o755)
    return folder


def start(checkout, does="sleep 0.5", prefix=(), **variables):
    return subprocess.Popen(
        [
            *prefix,
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path.insert(0, {str(checkout)!r}); sys.argv = ['install']\n{RUN}",
        ],
        env={**os.environ, "PATH": f"{checkout.parent / 'bin'}:{os.environ['PATH']}", "UV_DOES": does, **variables},
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


# Without `site`: like the Python that `make` finds, it has nothing but the standard library.
RUN = "import runpy; runpy.run_module('stack.install', run_name='__main__')"


def install(checkout, *arguments, **more):
    process = start(checkout, *arguments, **more)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def await_busy(checkout, process):
    while not (checkout / "busy").exists():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.02)


def await_program(process, name):
    """A shell that is told to stop while it starts a program leaves that program behind."""
    while name not in {child.name() for child in psutil.Process(process.pid).children(recursive=True)}:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.02)


def runs(checkout):
    return (checkout / "ran").read_text().splitlines() if (checkout / "ran").exists() else []


def test_both_environments_are_installed_and_again(checkout):
    for turn in (1, 2):
        assert install(checkout, "true")[0] == 0
        assert runs(checkout) == ["sync --frozen --quiet", "sync --frozen --quiet --project superset"] * turn


def test_two_installations_at_once_run_one_after_the_other(checkout):
    first = start(checkout, "while ! [ -e go ]; do sleep 0.05; done")
    await_busy(checkout, first)
    second = start(checkout)
    heard = second.stdout.readline()
    (checkout / "go").touch()
    said = [process.communicate(timeout=60)[0] for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0]
    assert len(runs(checkout)) == 4 and "overlap" not in runs(checkout)
    assert "under way: waiting for it" in heard and "under way" not in said[0]


@pytest.mark.parametrize(
    ("uv_says", "sentence"),
    [
        (
            "error: Request failed after 3 retries: dns error: failed to lookup address",
            "The packages cannot be downloaded: connect this machine",
        ),
        ("error: failed to write: No space left on device (os error 28)", "The disk is full: free 3 GiB"),
        ("error: the lock is broken", "error: the lock is broken\nThe installation failed: mend what is named above"),
    ],
)
def test_a_failed_installation_says_what_to_do(checkout, uv_says, sentence):
    code, _, said = install(checkout, f"echo '{uv_says}' >&2; exit 2")
    assert code == 1 and said.startswith(sentence) and "Traceback" not in said


def test_ctrl_c_during_the_installation_is_a_sentence_and_it_resumes(checkout):
    for _ in range(2):
        process = start(checkout, "exec sleep 60")
        await_program(process, "sleep")
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=30)[1]
        assert process.returncode == 130 and said.strip() == "Stopped during the installation. `make demo` resumes it."
        (checkout / "busy").unlink(missing_ok=True)
    assert install(checkout, "true")[0] == 0


def has_namespaces():
    return shutil.which("unshare") and subprocess.run(["unshare", "-n", "true"], capture_output=True).returncode == 0


@pytest.mark.skipif(not has_namespaces(), reason="`unshare -n` needs root here")
@pytest.mark.parametrize(
    "setup", ["true", "ip link set lo up; ip address del 127.0.0.1/8 dev lo"], ids=["no loopback", "IPv6 only"]
)
def test_a_machine_without_127_0_0_1_is_told_before_anything_is_installed(checkout, setup):
    if not shutil.which("ip") and setup != "true":
        pytest.skip("`ip` (Debian's iproute2) is not installed")
    code, _, said = install(checkout, prefix=["unshare", "-n", "sh", "-c", f'{setup}; exec "$@"', "sh"])
    assert code == 1 and said.startswith("Parity's services listen on 127.0.0.1, which this machine does not offer")
    assert said.count("\n") == 1 and runs(checkout) == [] and not (checkout / ".parity").exists()


def test_a_checkout_that_cannot_be_written_is_named_with_the_remedy():
    sentence = preflight.writable(Path("/proc"))
    assert "installs itself in /proc and cannot write there" in sentence and "copy the checkout" in sentence
    assert preflight.writable(Path("/tmp")) is None


def test_a_full_disk_is_named_before_anything_is_installed(checkout, monkeypatch, tmp_path):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _: usage._replace(free=3 * 1024**3))
    assert "Only 3.0 GiB are free" in preflight.disk(checkout, None) and "needs 4.5 GiB" in preflight.disk(checkout, None)
    (checkout / "superset" / ".venv").mkdir(parents=True)
    assert preflight.disk(checkout, None) is None  # installed: what is left suffices for the data
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _: usage._replace(free=1024**3))
    assert "needs 2.0 GiB" in preflight.disk(checkout, tmp_path / "not" / "made" / "yet")


def test_a_python_without_venv_is_named_where_there_is_no_uv(checkout, monkeypatch):
    monkeypatch.setattr(preflight.shutil, "which", lambda _: None)
    monkeypatch.setattr(preflight.importlib.util, "find_spec", lambda _: None)
    assert "apt install python3-venv" in preflight.environment_tool(checkout)
    (checkout / ".parity" / "uv" / "bin").mkdir(parents=True)
    (checkout / ".parity" / "uv" / "bin" / "uv").touch()
    assert preflight.environment_tool(checkout) is None
