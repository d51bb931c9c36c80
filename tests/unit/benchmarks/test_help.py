"""The help of each benchmark, as argparse writes it: a `%` in a text of help stops it."""

import subprocess
import sys

import pytest

from parity.settings import REPOSITORY

COMMANDS = ("benchmarks", "benchmarks.coverage_study", "benchmarks.long_run", "benchmarks.mutants")


def test_each_benchmark_with_options_is_asked_here():
    found = {
        path.parent if path.stem == "__main__" else path.with_suffix("")
        for path in (REPOSITORY / "benchmarks").rglob("*.py")
        if "ArgumentParser(" in path.read_text(encoding="utf-8")
    }
    assert sorted(".".join(path.relative_to(REPOSITORY).parts) for path in found) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_printed(command):
    done = subprocess.run([sys.executable, "-m", command, "--help"], capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert done.returncode == 0 and done.stdout.startswith("usage: "), done.stderr
