"""`dbt build` with an instance's settings: what to select, dbt run on it, and what came of it.

A model that is named alone is built with its parents. What holds the newest already is left alone (dbt/macros/unchanged.sql), so that a model
and its parents take seconds. The deliveries that count are those that the last run of `build_warehouse` decided on.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from parity.database import dbt_environment, dbt_folders, share_parse

TARGET = "by_hand"  # a working folder of its own, as a run of Airflow may be building at the same time
TOLD = re.compile(r"\b(ERROR|FAIL|WARN)\b|is rebuilt whole|Error in")
QUIET = "UNCHANGED"


class UnknownModel(ValueError):
    """A selection names neither a model nor a folder; the message names the closest one."""


@dataclass(frozen=True)
class Outcome:
    """What a build did: the models that it built, how many stood already, tests by outcome, and failures with their messages."""

    built: tuple[str, ...]
    n_unchanged: int
    n_tests_passed: int
    warnings: tuple[str, ...]
    failures: tuple[str, ...]
    skipped: tuple[str, ...]


def names(project: Path) -> tuple[set[str], dict[str, str]]:
    """The names of all models, and of all folders of models with their paths in the project."""
    models = project / "models"
    return (
        {path.stem for path in models.rglob("*.sql")},
        {path.name: str(path.relative_to(project)) for path in models.rglob("*") if path.is_dir()},
    )


def selectors(words: Iterable[str], project: Path) -> list[str]:
    """dbt's selectors for what a person names: a model with its parents, the models of a folder, or a selector of dbt as it stands.

    A model with a `+` is taken at its word: `+m` with parents, `m+` with children. Raises UnknownModel.
    """
    models, folders = names(project)
    return [_selector(word, models, folders) for word in words]


def _selector(word: str, models: set[str], folders: dict[str, str]) -> str:
    if ":" in word or "*" in word or "/" in word or "," in word:
        return word
    parts = re.fullmatch(r"(@|\d*\+)?(.*?)(\+\d*)?", word)
    before, name, after = parts.groups(default="") if parts else ("", word, "")
    if name in models:
        return f"{before}{name}{after}" if before or after else f"+{name}"
    if name in folders:
        return f"{before}path:{folders[name]}{after}"
    close = difflib.get_close_matches(name, sorted({*models, *folders}), n=3, cutoff=0.5)
    hint = f" The closest {'name is' if len(close) == 1 else 'names are'} {', '.join(close)}." if close else ""
    raise UnknownModel(f"There is no model and no folder of models called {name!r}.{hint}")


def build(
    url: str,
    home: Path,
    project: Path,
    selection: Sequence[str] = (),
    *,
    full_refresh: bool = False,
    tell: Callable[[str], None] = lambda line: None,
) -> Outcome:
    """Build what the selectors name, or everything. `tell` gets each warning and failure as it comes. Raises RuntimeError where dbt cannot
    start, with its last words; a model or test that fails is part of the outcome."""
    share_parse(home / "dbt", TARGET)
    folders = dbt_folders(home, TARGET)
    results = Path(folders["DBT_TARGET_PATH"]) / "run_results.json"
    results.unlink(missing_ok=True)
    command = [sys.executable, "-m", "dbt.cli.main", "build", "--project-dir", str(project), "--profiles-dir", str(project)]
    command += ["--exclude", "test_type:unit", *(["--select", *selection] if selection else [])]
    command += ["--full-refresh"] if full_refresh else []
    run = subprocess.Popen(
        command,
        env={**os.environ, **dbt_environment(url), **folders},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    last: list[str] = []
    for line in run.stdout or ():
        last = [*last[-20:], line.rstrip()]
        if TOLD.search(line) and QUIET not in line and "Done." not in line:
            tell(line.rstrip())
    run.wait()
    if not results.exists():
        raise RuntimeError("dbt did not start:\n" + "\n".join(last))
    return outcome(json.loads(results.read_text(encoding="utf-8"))["results"])


def outcome(results: Sequence[dict]) -> Outcome:
    """What a build did, from the results in dbt's run_results.json."""

    def named(kind: str, *statuses: str) -> list[dict]:
        return [result for result in results if result["unique_id"].startswith(kind) and result["status"] in statuses]

    models = named("model.", "success")
    unchanged = [result for result in models if result["adapter_response"].get("_message") == QUIET]
    return Outcome(
        built=tuple(sorted(_name(result) for result in models if result not in unchanged)),
        n_unchanged=len(unchanged),
        n_tests_passed=len(named("test.", "pass")),
        warnings=tuple(_with_message(result) for result in named("", "warn")),
        failures=tuple(_with_message(result) for result in named("", "error", "fail")),
        skipped=tuple(sorted(_name(result) for result in named("model.", "skipped"))),
    )


def _name(result: dict) -> str:
    return result["unique_id"].split(".")[2]


def _with_message(result: dict) -> str:
    return f"{_name(result)}: {' '.join(str(result['message'] or '').split())}"
