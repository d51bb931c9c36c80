"""Faults of Python's own: comparisons, boundaries, conditions, constants, statements and arguments that are lost."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.mutants.fault import Placed

OTHER_SIDE: dict[type, list[type]] = {
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.Add: [ast.Sub],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div],
    ast.Div: [ast.Mult],
    ast.FloorDiv: [ast.Div],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
}
OTHER_NAME = {"min": "max", "max": "min", "any": "all", "all": "any"}
# Arguments that say what is so anyway: lists are as long as each other, and Linux writes UTF-8.
AS_WELL_WITHOUT = {"strict=True", "encoding='utf-8'"}
WORDS: dict[type, str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
}
WORDS |= {ast.In: "in", ast.NotIn: "not in", ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//"}
WORDS |= {ast.And: "and", ast.Or: "or"}

Wrong = tuple[str, ast.AST | None]  # what was done, and the node in its place; None takes the statement away


def wrongs(node: Placed) -> Iterator[Wrong]:
    """Every fault that one node can have."""
    for kind, of_kind in BY_KIND:
        if isinstance(node, kind):
            yield from of_kind(node)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    other = copy.deepcopy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _without(items: list, index: int) -> list:
    return [*items[:index], *items[index + 1 :]]


def _comparison(node: ast.Compare) -> Iterator[Wrong]:
    for index, sign in enumerate(node.ops):
        for other in OTHER_SIDE.get(type(sign), []):
            yield f"{WORDS[type(sign)]} → {WORDS[other]}", _with(node, ops=[*node.ops[:index], other(), *node.ops[index + 1 :]])


def _connection(node: ast.BoolOp) -> Iterator[Wrong]:
    for other in OTHER_SIDE[type(node.op)]:
        yield f"{WORDS[type(node.op)]} → {WORDS[other]}", _with(node, op=other())
    for index, dropped in enumerate(node.values):
        rest = _without(node.values, index)
        what = f"operand dropped: {ast.unparse(dropped)} (of {WORDS[type(node.op)]})"
        yield what, _with(node, values=rest) if len(rest) > 1 else rest[0]


def _arithmetic(node: ast.BinOp) -> Iterator[Wrong]:
    is_text = any(
        isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str | bytes))
        for side in (node.left, node.right)
    )
    if not is_text:
        for other in OTHER_SIDE.get(type(node.op), []):
            yield f"{WORDS[type(node.op)]} → {WORDS[other]}", _with(node, op=other())


def _negation(node: ast.UnaryOp) -> Iterator[Wrong]:
    if isinstance(node.op, ast.Not | ast.USub):
        yield ("not" if isinstance(node.op, ast.Not) else "-") + " → (removed)", node.operand


def _number(node: ast.Constant) -> Iterator[Wrong]:
    if isinstance(node.value, bool):
        yield f"{node.value} → {not node.value}", ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield f"{node.value} → {node.value + 1}", ast.Constant(node.value + 1)


def _choice(node: ast.IfExp) -> Iterator[Wrong]:
    yield "if … else: always the first", node.body
    yield "if … else: always the second", node.orelse


def _filters(node: ast.comprehension) -> Iterator[Wrong]:
    for index, condition in enumerate(node.ifs):
        yield f"filter dropped: {ast.unparse(condition)}", _with(node, ifs=_without(node.ifs, index))


def _comprehension(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> Iterator[Wrong]:
    for index, generator in enumerate(node.generators):
        for what, other in _filters(generator):
            yield what, _with(node, generators=[*node.generators[:index], other, *node.generators[index + 1 :]])


def _call(node: ast.Call) -> Iterator[Wrong]:
    if isinstance(node.func, ast.Name) and node.func.id in OTHER_NAME:
        yield f"{node.func.id} → {OTHER_NAME[node.func.id]}", _with(node, func=ast.Name(OTHER_NAME[node.func.id]))
    for index, keyword in enumerate(node.keywords):
        if keyword.arg and ast.unparse(keyword) not in AS_WELL_WITHOUT:
            yield f"argument dropped: {ast.unparse(keyword)}", _with(node, keywords=_without(node.keywords, index))
    if (
        len(node.args) > 1
        and not (isinstance(node.func, ast.Name) and node.func.id in OTHER_NAME)
        and ast.dump(node.args[0]) != ast.dump(node.args[1])
        and not any(isinstance(a, ast.Starred) for a in node.args[:2])
    ):
        first, second, *rest = node.args
        yield f"swapped arguments: {ast.unparse(first)} ⇄ {ast.unparse(second)}", _with(node, args=[second, first, *rest])


def _statement(node: ast.stmt) -> Iterator[Wrong]:
    is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    if is_call or isinstance(node, ast.Raise | ast.AugAssign | ast.Delete):
        yield f"removed: {ast.unparse(node)}", None
    elif isinstance(node, ast.Continue):
        yield "continue → break", ast.Break()
    elif isinstance(node, ast.Break):
        yield "break → continue", ast.Continue()


# Each function takes only the kinds on its line.
BY_KIND: tuple[tuple[type | tuple[type, ...], Callable[[Any], Iterator[Wrong]]], ...] = (
    (ast.Compare, _comparison),
    (ast.BoolOp, _connection),
    (ast.BinOp, _arithmetic),
    (ast.UnaryOp, _negation),
    (ast.Constant, _number),
    (ast.IfExp, _choice),
    ((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), _comprehension),
    (ast.Call, _call),
    ((ast.Expr, ast.Raise, ast.AugAssign, ast.Delete, ast.Continue, ast.Break), _statement),
)
