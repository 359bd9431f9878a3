"""Questions about nodes of a syntax tree that several smells ask."""
from __future__ import annotations

import ast
from collections.abc import Iterable

from winnow.model.syntax import own_parts

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
WITHS = (ast.With, ast.AsyncWith)
# What is shown of code where it is only to be known again, and all of it.
_WIDTH, WHOLE = 60, 400


def in_order(nodes: Iterable[ast.AST]) -> tuple[ast.AST, ...]:
    """Return the nodes that have a line, as they stand in the file."""
    return tuple(sorted(
        (node for node in nodes if hasattr(node, "lineno")),
        key=lambda node: (line_of(node), getattr(node, "col_offset"))))


def line_of(node: ast.AST) -> int:
    """Return the line, from 1, in which a node begins."""
    return int(getattr(node, "lineno"))


def within(nodes: Iterable[ast.AST]) -> tuple[ast.AST, ...]:
    """Return nodes and what is in them, but in no function of their own."""
    return in_order(part for node in nodes for part in (
        [node] if isinstance(node, (*FUNCTIONS, ast.ClassDef))
        else [node, *own_parts(node)]))


def is_test(node: ast.AST) -> bool:
    """Tell whether a function is one that unittest or pytest would run."""
    return (isinstance(node, FUNCTIONS) and node.name.startswith("test")
            and not any("fixture" in shown(each, WHOLE)
                        for each in node.decorator_list))


def is_assertion(node: ast.AST) -> bool:
    """Tell whether a node is an assertion: a statement, or a call."""
    if isinstance(node, ast.Call):
        name = called(node)
        return name.lower().startswith("assert") or name == "fail"
    return isinstance(node, ast.Assert)


def called(node: ast.AST) -> str:
    """Return the last name of what is called; empty if it has none."""
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def shown(node: ast.AST, width: int = _WIDTH) -> str:
    """Return code as text in one line, cut off where it is long."""
    try:
        text = " ".join(ast.unparse(node).split())
    except (RecursionError, ValueError):
        return "…"
    return text if len(text) <= width else f"{text[:width - 1]}…"


def alike(one: ast.AST, other: ast.AST) -> bool:
    """Tell whether two pieces of code are the same but for their places."""
    if type(one) is not type(other):
        return False
    try:
        return ast.dump(one) == ast.dump(other)
    except RecursionError:
        return False
