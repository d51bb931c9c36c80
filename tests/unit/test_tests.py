"""Tests that could pass without having looked: a loop that may be empty around every assert, an `if` that may skip one, a thing compared with itself.

Limits: whether a list that a test builds itself is empty is not worked out; a literal, a constant of the file and `range` are taken for filled.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
FILES = sorted(TESTS.rglob("test_*.py"))
LOOKS = ("raises", "warns")


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node


def faults(source: str) -> list[str]:
    """What is wrong, each with its line."""
    tree = ast.parse(source)
    constants = {
        target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)
    }
    found = []
    for test in functions(tree):
        filled = constants | {argument.arg for argument in test.args.args}
        for node in ast.walk(test):
            if isinstance(node, ast.Assign) and not _may_be_empty(node.value, filled):
                filled |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        looked = list(_looks(test, ()))
        if looked and all(any(_may_be_empty(loop, filled) for loop in loops) for _, loops in looked):
            found.append(f"{test.lineno}: {test.name}: every assert stands in a loop that may be empty")
        found += [f"{node.lineno}: {test.name}: an `if` without `else` may skip its assert" for node in _skipping(test)]
        found += [f"{node.lineno}: {test.name}: compares a thing with itself" for node in _with_itself(test)]
    return found


def _looks(node: ast.AST, loops: tuple[ast.expr, ...]) -> Iterator[tuple[ast.AST, tuple[ast.expr, ...]]]:
    """Asserts and `with pytest.raises`, each with what the loops around it go through."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Assert):
            yield child, (*loops, *_quantified(child.test))
        elif isinstance(child, ast.With) and any(_is_raises(item.context_expr) for item in child.items):
            yield child, loops
        elif isinstance(child, ast.For | ast.AsyncFor):
            yield from _looks(child, (*loops, child.iter))
        elif not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from _looks(child, loops)


def _quantified(test: ast.expr) -> list[ast.expr]:
    """What `assert all(... for x in xs)` goes through."""
    is_all = isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "all" and test.args
    return [each.iter for each in test.args[0].generators] if is_all and isinstance(test.args[0], ast.GeneratorExp) else []


def _is_raises(call: ast.expr) -> bool:
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in LOOKS


def _may_be_empty(iterated: ast.expr, filled: set[str]) -> bool:
    if isinstance(iterated, ast.List | ast.Tuple | ast.Set | ast.Dict):
        return not (iterated.elts if not isinstance(iterated, ast.Dict) else iterated.keys)
    if isinstance(iterated, ast.ListComp | ast.SetComp | ast.DictComp):
        return any(each.ifs or _may_be_empty(each.iter, filled) for each in iterated.generators)
    if isinstance(iterated, ast.Constant | ast.Name):
        return isinstance(iterated, ast.Name) and iterated.id not in filled
    if isinstance(iterated, ast.Attribute):
        return _may_be_empty(iterated.value, filled)
    if isinstance(iterated, ast.Subscript):
        return not isinstance(iterated.value, ast.Name) or iterated.value.id not in filled
    if isinstance(iterated, ast.BinOp):
        return _may_be_empty(iterated.left, filled) and _may_be_empty(iterated.right, filled)
    if isinstance(iterated, ast.Call):
        name = iterated.func.id if isinstance(iterated.func, ast.Name) else getattr(iterated.func, "attr", "")
        if name == "range":
            return False
        if name in (
            "zip",
            "enumerate",
            "sorted",
            "reversed",
            "list",
            "set",
            "product",
            "permutations",
            "combinations",
            "map",
            "chain",
        ):
            return all(_may_be_empty(argument, filled) for argument in iterated.args)
        if name in ("items", "values", "keys") and isinstance(iterated.func, ast.Attribute):
            return _may_be_empty(iterated.func.value, filled)
    return True


def _skipping(test: ast.AST) -> Iterator[ast.If]:
    for node in ast.walk(test):
        if isinstance(node, ast.If) and not node.orelse and any(isinstance(inner, ast.Assert) for inner in ast.walk(node)):
            yield node


def _with_itself(test: ast.AST) -> Iterator[ast.Assert]:
    for node in ast.walk(test):
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare):
            sides = [node.test.left, *node.test.comparators]
            same = any(ast.dump(one) == ast.dump(other) for one, other in itertools.pairwise(sides))
            if same and not any(isinstance(inner, ast.Call) for inner in ast.walk(node.test)):
                yield node


def test_there_are_tests_to_look_at():
    assert len(FILES) > 100


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_no_test_can_pass_without_having_looked(path):
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("body", "is_fault"),
    [
        ("for x in found():\n        assert x", True),
        ("for x in ALL:\n        assert x", False),
        ("for x in (1, 2):\n        assert x", False),
        ("for x in []:\n        assert x", True),
        ("for x in range(3):\n        assert x", False),
        ("for x in found():\n        assert x\n    assert found()", False),
        ("assert all(x for x in found())", True),
        ("assert all(x for x in ALL)", False),
        ("if found():\n        assert x", True),
        ("if found():\n        assert x\n    else:\n        assert y", False),
        ("assert ALL == ALL", True),
        ("assert found() == found()", False),
        ("with pytest.raises(ValueError):\n        found()", False),
    ],
)
def test_what_counts_as_such(body, is_fault):
    assert bool(faults(f"ALL = [1]\ndef test_x():\n    {body}\n")) is is_fault
