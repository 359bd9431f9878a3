"""Assertions that check something else than they seem to."""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .ast_helpers import WHOLE, alike, called, shown
from .parsed_file import Smell, TestFunction

_MESSAGE = re.compile(
    r"msg|mess|reason|text|err|info|desc|detail|hint|label|name|why|diff|doc",
    re.IGNORECASE)
# A call of these is a truth value already: what follows it is a message.
_ASKS = re.compile(r"^(is|has|can|any|all|same|callable|issubclass|startswith|"
                   r"endswith|exists|match|search|fullmatch)")


def two_arguments(place: TestFunction) -> Iterator[Smell]:
    """Find assertTrue(a, b): the second argument is only a message."""
    for part in place.parts:
        if (isinstance(part, ast.Assert) and isinstance(part.test, ast.Tuple)
                and part.test.elts):
            first, *rest = part.test.elts
            better = f"assert {shown(first)}"
            if len(rest) == 1:
                better += (f", {shown(rest[0])}" if _is_message(rest[0])
                           or _is_answer(first)
                           else f" == {shown(rest[0])}")
            yield Smell(part, f"`{shown(part)}` always holds: a tuple with "
                        "something in it is true.", f"Write `{better}`.")
        name = called(part)
        if not isinstance(part, ast.Call) or len(part.args) != 2 or (
                name not in ("assertTrue", "assertFalse")):
            continue
        first, second = part.args
        if _is_message(second) or (
                not _is_flag(second) and _is_answer(first)) or (
                    _is_in(second, first)):
            continue
        better = ("assertIs" if _is_flag(second) else
                  "assertEqual" if name == "assertTrue" else "assertNotEqual")
        yield Smell(
            part, f"`{shown(part)}` does not compare: the second argument is "
            "only a message.",
            f"Write `self.{better}({shown(first, WHOLE)}, "
            f"{shown(second, WHOLE)})`.")


def _is_flag(node: ast.expr) -> bool:
    """Tell whether this is True or False."""
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def _is_message(node: ast.expr) -> bool:
    """Tell whether an argument looks like words for people."""
    if isinstance(node, ast.Constant):
        return node.value is None or isinstance(node.value, (str, bytes))
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod) or (
            _is_message(node.left) or _is_message(node.right))
    if isinstance(node, ast.IfExp):
        return _is_message(node.body) or _is_message(node.orelse)
    if isinstance(node, ast.Call):
        return called(node) in ("format", "join", "str", "repr", "dedent",
                                "ascii") or bool(_MESSAGE.search(called(node)))
    name = shown(node, WHOLE)
    return isinstance(node, (ast.JoinedStr, ast.Starred)) or bool(
        _MESSAGE.search(name.rpartition(".")[2])
        if isinstance(node, (ast.Name, ast.Attribute)) else False)


def _is_answer(node: ast.expr) -> bool:
    """Tell whether an expression is true or false by what it is."""
    return isinstance(node, (ast.Compare, ast.BoolOp)) or _is_flag(node) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)) or (
            isinstance(node, ast.Call)
            and bool(_ASKS.match(called(node).lower().lstrip("_"))))


def _is_in(small: ast.expr, large: ast.expr) -> bool:
    """Tell whether an expression is shown because the other is about it."""
    parts = small.elts if isinstance(small, ast.Tuple) else [small]
    return any(alike(one, part) for one in parts for part in ast.walk(large)
               if not isinstance(part, ast.Constant) or part is large)
