"""The hooks before a commit run commands of `make lint`, word for word, and need nothing that is not installed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
HOOKS = {
    hook["id"]: hook
    for repository in yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    for hook in repository["hooks"]
}


def commands(makefile: str) -> set[str]:
    """The lines of the recipes, variables put in."""
    values = dict(re.findall(r"^(\w+) :?= (.+)$", makefile, re.MULTILINE))
    return {
        re.sub(r"\$\((\w+)\)", lambda found: values[found[1]], line)
        for line in re.findall(r"^\t@(\$\(RUN\).+)$", makefile, re.MULTILINE)
    }


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_runs_a_command_of_make_lint(hook):
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    lint = "".join(re.findall(r"^lint[a-z-]*:.*\n(?:\t.*\n)*", makefile, re.MULTILINE))
    assert HOOKS[hook]["entry"] in commands(f"{makefile.partition('help:')[0]}{lint}")


def test_hooks_run_what_is_installed_and_on_all_files():
    assert {(hook["language"], hook["pass_filenames"]) for hook in HOOKS.values()} == {("system", False)}


def test_every_checker_of_text_and_what_is_generated_has_a_hook():
    assert HOOKS.keys() == {"ruff-check", "ruff-format", "sqlfluff", "yamllint", "generate"}
