"""A hash of the Python code that a module runs: its own and that of every module of ours that it imports. Comments and docstrings are no code."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from parity.settings import REPOSITORY

ROOMS = ("publication", "parity")
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@cache
def code_of(module: str, repository: Path = REPOSITORY) -> str:
    """The hash for `module`, such as publication.candidate."""
    seen: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in seen or (path := _path(name, repository)) is None:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        waiting += _imports(tree)
        seen[name] = ast.dump(_without_docstrings(tree))
    return hashlib.sha256("\n".join(f"{name} {text}" for name, text in sorted(seen.items())).encode()).hexdigest()


def _path(module: str, repository: Path) -> Path | None:
    """The file of one of our modules; None for a library, and for a name that is no module."""
    if module.split(".")[0] not in ROOMS:
        return None
    stem = repository.joinpath(*module.split("."))
    return next((path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.is_file()), None)


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    return tree
