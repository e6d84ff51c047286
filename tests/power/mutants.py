"""Small faults of a module, one at a time: a comparison, a number, a word, a step left out."""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any, Final

OPPOSITE: Final[dict[type[ast.AST], Any]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
Edit = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one fault: where, what stood there and what stands there now, compiled."""

    file: str
    line: int
    change: str
    code: CodeType


def mutants(file: str, source: str) -> Iterator[Mutant]:
    """Every one of them, from the top."""
    tree = ast.parse(source)
    spared = set(map(id, _spared(tree)))
    for place, node in enumerate(ast.walk(tree)):
        if id(node) in spared:
            continue
        for edit in _edits(node):
            broken = copy.deepcopy(tree)
            other = [*ast.walk(broken)][place]
            edit(other)
            change = f"{_said(node)} → {_said(other)}"
            code = compile(ast.fix_missing_locations(broken), file, "exec")
            yield Mutant(file, getattr(node, "lineno", 0), change, code)


def _said(node: ast.AST) -> str:
    return ast.unparse(node).split("\n")[0]


def _spared(tree: ast.Module) -> Iterator[ast.AST]:
    """What is no behaviour: docstrings, annotations, decorators, exports, pieces of an f-string."""
    for node in ast.walk(tree):
        parts = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        parts += getattr(node, "decorator_list", [])
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            parts.append(node)
        if isinstance(node, ast.If) and _said(node.test) == "TYPE_CHECKING":
            parts.append(node)
        if isinstance(node, ast.Assign) and _said(node.targets[0]) == "__all__":
            parts.append(node)
        if isinstance(node, ast.JoinedStr):
            parts += [each for each in node.values if isinstance(each, ast.Constant)]
        for part in filter(None, parts):
            yield from ast.walk(part)


def _edits(node: ast.AST) -> Iterator[Edit]:
    """The faults of this node alone."""
    if isinstance(node, ast.Compare):
        for number in range(len(node.ops)):
            yield _turned(number)
    elif isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign) and type(node.op) in OPPOSITE:
        yield lambda it: setattr(it, "op", OPPOSITE[type(it.op)]())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda it: setattr(it, "operand", ast.UnaryOp(ast.Not(), it.operand))
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and _is_plain(node.test):
        yield lambda it: setattr(it, "test", ast.UnaryOp(ast.Not(), it.test))
    elif isinstance(node, ast.Constant):
        yield from _of_a_constant(node.value)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield lambda it: setattr(it, "value", ast.Constant(None))
    elif isinstance(node, ast.Raise):
        yield lambda it: setattr(it, "__class__", ast.Pass)


def _turned(number: int) -> Edit:
    def turn(it: ast.Compare) -> None:
        it.ops[number] = OPPOSITE[type(it.ops[number])]()

    return turn


def _is_plain(test: ast.expr) -> bool:
    """A condition that no other fault turns round."""
    turned = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    return not (turned or isinstance(test, ast.Compare | ast.BoolOp))


def _of_a_constant(value: object) -> Iterator[Edit]:
    if isinstance(value, bool):
        yield lambda it: setattr(it, "value", not it.value)
    elif isinstance(value, int):
        yield lambda it: setattr(it, "value", it.value + 1)
    elif isinstance(value, str) and " " not in value:  # else a sentence for people
        yield lambda it: setattr(it, "value", f"{it.value}~")
    elif isinstance(value, bytes):
        yield lambda it: setattr(it, "value", it.value + b"~")
