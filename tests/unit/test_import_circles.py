"""No module of ours imports, directly or by others, itself: inside a function or for types alone counts, too.

Imports of our modules stand at the head of a file, so that a circle cannot hide in a function. Two rooms may import inside functions,
for the time that it saves: `cli`, where `--help` loads no Great Expectations and no Airflow, and `dags`, whose files Airflow parses
every few seconds. Libraries that take long to load may be imported inside functions everywhere.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.test_architecture import MAY_IMPORT, REPOSITORY

pytestmark = pytest.mark.slow

LAZY_ROOMS = {"cli", "dags"}


def modules_of(repository: Path, rooms: set[str]) -> dict[str, Path]:
    """The files of the rooms by the dotted names of their modules."""
    files = [path for room in sorted(rooms) for path in sorted((repository / room).rglob("*.py"))]
    return {".".join(path.relative_to(repository).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


def imports_in(tree: ast.AST, known: set[str]) -> Iterator[str]:
    """Our modules that a piece of code imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                yield from (name for name in (module if module in known else node.module,) if name in known)


def circles(arrows: dict[str, set[str]]) -> set[frozenset[str]]:
    """Sets of modules that all reach each other."""

    def reached(start: str) -> set[str]:
        seen, waiting = set(), [start]
        while waiting:
            for module in arrows.get(waiting.pop(), ()):
                if module not in seen:
                    seen.add(module)
                    waiting.append(module)
        return seen

    reach = {module: reached(module) for module in arrows}
    return {
        frozenset(other for other in reach[module] if module in reach.get(other, ()))
        for module in arrows
        if module in reach[module]
    }


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    files = modules_of(REPOSITORY, set(MAY_IMPORT))
    assert len(files) > 250
    return {module: ast.parse(path.read_text(encoding="utf-8")) for module, path in files.items()}


def test_no_module_imports_itself_by_others(trees):
    assert not circles({module: set(imports_in(tree, set(trees))) - {module} for module, tree in trees.items()})


def test_imports_of_our_modules_stand_at_the_head_of_a_file(trees):
    inside = {
        f"{module}, {function.name}(): {imported}"
        for module, tree in trees.items()
        if module.split(".")[0] not in LAZY_ROOMS
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for imported in imports_in(function, set(trees))
    }
    assert not inside


def test_imports_are_relative_to_the_root_alone(trees):
    dots = [
        module for module, tree in trees.items() for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not dots


def test_circles_of_two_and_three_are_found_and_a_diamond_is_none():
    assert circles({"a": {"b"}, "b": {"a"}, "c": {"a"}}) == {frozenset("ab")}
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()}) == {frozenset("abc")}
    assert not circles({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": set()})


def test_an_import_inside_a_function_and_one_for_types_are_seen():
    code = ast.parse(
        "if TYPE_CHECKING:\n    import p.a\ndef f():\n    from p import b\n    from p.c import name\n    import json"
    )
    assert set(imports_in(code, {"p", "p.a", "p.b", "p.c"})) == {"p.a", "p.b", "p.c"}
