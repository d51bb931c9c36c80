"""What `make` says when the machine or the word is not right."""

import subprocess

import pytest

from parity.settings import REPOSITORY


def make(*words):
    done = subprocess.run(["make", *words], cwd=REPOSITORY, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout + done.stderr


def test_a_target_that_is_not_there_is_answered_with_those_that_are():
    code, said = make("dmeo")
    assert code == 2 and "There is no target 'dmeo'" in said and "make demo" in said


def test_make_alone_tells_what_there_is():
    code, said = make()
    assert code == 0 and all(f"make {word}" in said for word in ("demo", "down", "test", "bench", "lint"))


@pytest.mark.parametrize("target", ["demo", "test"])
def test_a_python_that_is_too_old_is_named_before_anything_is_installed(tmp_path, target):
    old = tmp_path / "python3.9"
    old.write_text('#!/bin/sh\nexec python3 -c "import sys; sys.version_info = (3, 9); exec(sys.argv[1])" "$2"\n')
    old.chmod(0o755)
    code, said = make(target, f"PYTHON={old}")
    assert code == 2 and "needs Python 3.11 or newer" in said and "is 3.9" in said and "PYTHON=python3.12" in said


def test_no_python_at_all_is_said(tmp_path):
    code, said = make("demo", f"PYTHON={tmp_path}/none")
    assert code == 2 and "Install Python 3.11 or newer" in said
