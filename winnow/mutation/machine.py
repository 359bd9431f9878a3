"""What is known of the Python and the system at hand before anything runs.

A branch for another Python never runs here. A branch for another system may:
a test can put another value in place of `sys.platform`.
"""
from __future__ import annotations

import ast
import os
import platform
import sys
from collections.abc import Mapping

_WORDS = {"sys": sys, "os": os, "platform": platform}
_OF_PYTHON = {"sys": {"version_info", "hexversion", "implementation"},
              "platform": {"python_implementation"}}
_OF_SYSTEM = {"sys": {"platform", "byteorder", "maxsize"}, "os": {"name"},
              "platform": {"system"}}
_BOTH = {name: _OF_PYTHON.get(name, set()) | words
         for name, words in _OF_SYSTEM.items()}
_PARTS = (ast.Attribute, ast.Constant, ast.Tuple, ast.Subscript, ast.Slice,
          ast.List, ast.expr_context)
_METHODS = {"startswith", "lower", "system", "python_implementation"}


class Machine:
    """Answers the questions that a module asks of the machine."""

    def __init__(self, tree: ast.Module) -> None:
        """Learn what the module calls its own answers, as in `PY2`."""
        self._own: dict[str, ast.expr] = {}
        given = [target.id for node in ast.walk(tree)
                 for target in [getattr(node, "target", None),
                                *getattr(node, "targets", ())]
                 if isinstance(target, ast.Name)]
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(
                    node.targets[0], ast.Name):
                name = node.targets[0].id
                if given.count(name) == 1 and self._asks(node.value):
                    self._own[name] = node.value

    def never(self, test: ast.expr, at_import: bool) -> bool | None:
        """Return the answer that a condition never has; None if unknown.

        In a function, a test may have put another value in place of all but
        what Python says of itself.
        """
        answer = self._answer(test, _BOTH if at_import else _OF_PYTHON)
        return None if answer is None else not answer

    def elsewhere(self, test: ast.expr) -> bool | None:
        """Return the answer that a condition has on other systems alone."""
        answer = self._answer(test, _BOTH)
        return None if answer is None else not answer

    def _asks(self, node: ast.expr) -> bool:
        """Tell whether an expression asks for nothing but the machine."""
        return self._answer(node, _BOTH) is not None

    def _answer(self, node: ast.expr, known: Mapping[str, set[str]]
                ) -> bool | None:
        """Return whether a condition holds; None where it is not known."""
        if isinstance(node, ast.BoolOp):
            decides = isinstance(node.op, ast.Or)
            parts = [self._answer(each, known) for each in node.values]
            if decides in parts:
                return decides
            return None if None in parts else not decides
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            answer = self._answer(node.operand, known)
            return None if answer is None else not answer
        if isinstance(node, ast.Name) and node.id in self._own:
            return (self._answer(self._own[node.id], known)
                    if known is _BOTH else None)
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            return _value(node) if any(
                _is_known(each, known) for each in sides) and all(
                _is_known(each, known) or _is_constant(each)
                for each in sides) else None
        if isinstance(node, ast.Call) and _is_known(node, known):
            return _value(node)
        return None


def _is_constant(node: ast.expr) -> bool:
    """Tell whether an expression is a constant, or a tuple of such."""
    if isinstance(node, (ast.Tuple, ast.List)):
        return all(map(_is_constant, node.elts))
    return isinstance(node, ast.Constant)


def _is_known(node: ast.expr, known: Mapping[str, set[str]]) -> bool:
    """Tell whether an expression is read off `sys`, `os` or `platform`.

    What is read may be sliced, or asked by a method: `platform[:3]`,
    `sys.platform.startswith("win")`.
    """
    if isinstance(node, ast.Subscript):
        return _is_known(node.value, known) and all(
            isinstance(each, (*_PARTS, ast.UnaryOp, ast.unaryop))
            for each in ast.walk(node.slice))
    if isinstance(node, ast.Call):
        function = node.func
        return (isinstance(function, ast.Attribute)
                and function.attr in _METHODS and not node.keywords
                and _is_known(function, known)
                and all(map(_is_constant, node.args)))
    if not isinstance(node, ast.Attribute):
        return False
    owner = node.value
    if isinstance(owner, ast.Name):
        return node.attr in known.get(owner.id, ())
    return _is_known(owner, known)


def _value(node: ast.expr) -> bool | None:
    """Return what a question of the machine comes to, if it can be asked."""
    try:
        code = compile(ast.Expression(node), "<condition>", "eval")
        return bool(eval(code, {"__builtins__": {}, **_WORDS}))
    except Exception:  # Whatever is asked of what is not there.
        return None
