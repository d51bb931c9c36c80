"""Every fault that a file can have, in its order. Annotations, docstrings and the words of messages are left alone.

Neither mutmut 3.8 nor cosmic-ray 8.7 draws a sample by a seed or changes SQL within a string, and the second plants in the checkout itself;
so the standard library's `ast` does it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from benchmarks.mutants import operators, sql
from benchmarks.mutants.fault import Fault, Lines, Placed

Function = ast.FunctionDef | ast.AsyncFunctionDef


def faults(tree: Path, file: str) -> list[Fault]:
    source = (tree / file).read_bytes()
    found = {(fault.start, fault.end, fault.new): fault for fault in _Finder(file, source).found()}
    return [fault for fault in found.values() if fault.is_python(source)]


class _Finder:
    def __init__(self, file: str, source: bytes) -> None:
        self.file, self.source, self.lines = file, source, Lines(source)

    def found(self) -> Iterator[Fault]:
        yield from self._below(ast.parse(self.source), None)

    def _below(self, node: ast.AST, scope: tuple[int, int] | None) -> Iterator[Fault]:
        if isinstance(node, Function) and scope is None:
            scope = (min([node.lineno, *(d.lineno for d in node.decorator_list)]), node.end_lineno or node.lineno)
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "bases"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _is_docstring(node, name, child):
                    yield from self._at(child, scope)

    def _at(self, node: ast.AST, scope: tuple[int, int] | None) -> Iterator[Fault]:
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            yield from self._in_text(node, scope)
            return  # before Python 3.12 the parts of an f-string do not know where they stand
        if isinstance(node, Placed):
            for what, other in operators.wrongs(node):
                yield self._fault(node, what, _written(node, other), scope)
        if isinstance(node, ast.If | ast.While):
            for answer in (True, False):
                yield self._fault(node.test, f"{ast.unparse(node.test)} → {answer}", str(answer), scope)
        yield from self._below(node, scope)

    def _in_text(self, node: ast.expr, scope: tuple[int, int] | None) -> Iterator[Fault]:
        start, end = self.lines.span(node)
        literal = self.source[start:end].decode()
        for what, left, right, new in sql.wrongs(literal):
            before, old = literal[:left].encode(), literal[left:right].encode()
            line = node.lineno + literal[:left].count("\n")
            at = start + len(before)
            yield Fault(self.file, line, what, at, at + len(old), new, scope, self.lines.texts[line - 1])

    def _fault(self, node: Placed, what: str, new: str, scope: tuple[int, int] | None) -> Fault:
        return Fault(self.file, node.lineno, what, *self.lines.span(node), new, scope, self.lines.texts[node.lineno - 1])


def _written(node: ast.AST, other: ast.AST | None) -> str:
    if other is None:
        return "pass"
    text = ast.unparse(ast.fix_missing_locations(other))
    return text if isinstance(node, ast.stmt | ast.GeneratorExp) else f"({text})"


def _is_docstring(parent: ast.AST, field: str, child: ast.AST) -> bool:
    return field == "body" and isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
