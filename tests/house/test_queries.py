"""Nothing loads a table that grows one row after the other: Tortoise fetches all of them first.

``async for`` is for what comes in pieces by itself; lists of rows are cut into pages by a key.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

MARKET = Path(__file__).parents[2] / "market"
MANY = {"all", "filter", "exclude", "order_by", "limit", "values", "values_list", "select_related"}
MANY |= {"annotate", "distinct", "only", "prefetch_related", "select_for_update", "using_db"}
LOOPS = (ast.AsyncFor, ast.comprehension)


def test_nobody_walks_over_a_query() -> None:
    read = {path: path.read_text() for path in MARKET.rglob("*.py")}
    assert sum("async for" in text for text in read.values()) > 5
    found = [f"{path}:{line}" for path, text in read.items() for line in walked_over(text)]
    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        "async def f():\n async for row in Round.all(): pass",
        "async def f():\n return [r async for r in Round.filter(a=1).order_by('-a')]",
        "async def f():\n rows = Round.filter(a=1)\n async for row in rows: pass",
        "async def f():\n rows: Any = Round.exclude(a=1).limit(9)\n return {r async for r in rows}",
        "async def f(rows: QuerySet[Round]):\n async for row in rows: pass",
    ],
)
def test_a_planted_walk_is_found(planted: str) -> None:
    assert list(walked_over(planted))


def walked_over(text: str) -> Iterator[int]:
    """The lines on which ``async for`` goes over a query, or over a name that holds one."""
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        names = set(_holding(function))
        for loop in ast.walk(function):
            is_async = isinstance(loop, ast.AsyncFor) or getattr(loop, "is_async", 0)
            if isinstance(loop, LOOPS) and is_async and _is_query(loop.iter, names):
                yield loop.iter.lineno


def _holding(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    """The names in a function that hold a query."""
    for argument in (*function.args.args, *function.args.kwonlyargs):
        if argument.annotation and "QuerySet" in ast.unparse(argument.annotation):
            yield argument.arg
    for node in ast.walk(function):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and _is_query(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.id for one in targets if isinstance(one, ast.Name))


def _is_query(node: ast.expr, names: set[str] | frozenset[str] = frozenset()) -> bool:
    if isinstance(node, ast.Name):
        return node.id in names
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return is_call and (node.func.attr in MANY or _is_query(node.func.value, names))
