"""The executor imports what tasks need before it forks, and starts all the same where a module is missing."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import sys

import pytest
from airflow.executors.local_executor import LocalExecutor

from stack import executor


@pytest.mark.parametrize("name", executor.PRELOADED)
def test_what_is_imported_before_tasks_start_exists(name):
    assert importlib.util.find_spec(name) is not None


def test_modules_are_there_when_the_workers_fork(monkeypatch, tmp_path, caplog):
    (tmp_path / "wanted_by_tasks.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(executor, "PRELOADED", ("wanted_by_tasks", "not_there_at_all"))
    seen = []
    monkeypatch.setattr(LocalExecutor, "start", lambda self: seen.append("wanted_by_tasks" in sys.modules))
    with caplog.at_level(logging.WARNING):
        executor.PreloadingLocalExecutor().start()
    assert seen == [True] and "not_there_at_all cannot be imported before tasks start" in caplog.text
