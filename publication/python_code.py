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


def code_of(module: str, repository: Path = REPOSITORY) -> str:
    """The hash for `module`, such as publication.candidate."""
    seen: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in seen and (found := _module(name, repository)) is not None:
            seen[name], imported = found
            waiting += imported
    return hashlib.sha256("\n".join(f"{name} {own}" for name, own in sorted(seen.items())).encode()).hexdigest()


@cache
def _module(name: str, repository: Path) -> tuple[str, tuple[str, ...]] | None:
    """The hash of one of our modules by itself, and what it imports; None for a library, and for a name that is no module."""
    if name.split(".")[0] not in ROOMS:
        return None
    stem = repository.joinpath(*name.split("."))
    path = next((path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.is_file()), None)
    if path is None:
        return None
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return hashlib.sha256(ast.dump(_without_docstrings(tree)).encode()).hexdigest(), tuple(_imports(tree))


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
