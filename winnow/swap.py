"""Changes one function of a module that is loaded already.

A fresh process that loads the changed module is in the same state, as long as
nothing has executed the function, nor read its code, before the change: its
body is all that differs. `changed_function` tells which function that is.
"""
from __future__ import annotations

import ast
import gc
from collections import Counter
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType

_Scope = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_Place = tuple[str, int, tuple[str, ...]]
Heir = tuple[FunctionType, CodeType]


class CannotSwap(Exception):
    """The change cannot be made in a module that is loaded already."""


def changed_function(old: str, new: str) -> str | None:
    """Return the innermost function that alone has another body.

    Its name is qualified as in "Class.method.inner"; None where more than one
    function differs, or what is executed when the module is imported.
    """
    name = _changed(ast.parse(old), ast.parse(new))
    return ".".join(name) if name else None


def _changed(old: ast.AST, new: ast.AST) -> list[str] | None:
    """Return the names of the scopes down to the function that differs."""
    bodies = getattr(old, "body"), getattr(new, "body")
    differing = [(one, other) for one, other in zip(*bodies)
                 if ast.dump(one) != ast.dump(other)]
    if len(bodies[0]) == len(bodies[1]) and len(differing) == 1:
        one, other = differing[0]
        if isinstance(one, _Scope) and _heading(one) == _heading(other):
            inner = _changed(one, other)
            if inner is not None:
                return [one.name, *inner]
            if _runs_when_called(one) and _runs_when_called(other):
                return [one.name]
    return None


def _runs_when_called(scope: ast.AST) -> bool:
    """Tell a function from a class, a coroutine and a generator.

    The last two may have been called, and not have begun.
    """
    waiting = list(getattr(scope, "body"))
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return False
        if not isinstance(node, (*_Scope, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
    return isinstance(scope, ast.FunctionDef)


def _heading(scope: ast.AST) -> tuple[object, ...]:
    """Return all of a scope that is executed where it is defined."""
    fields = [value if isinstance(value, (str, type(None))) else
              [ast.dump(node) for node in value] if isinstance(value, list)
              else ast.dump(value)
              for name, value in ast.iter_fields(scope) if name != "body"]
    doc = (None if not isinstance(scope, _Scope)
           else ast.get_docstring(scope, clean=False))
    return (type(scope), doc, *fields)


class Functions:
    """The functions that stand in a loaded module's file, closures too."""

    def __init__(self, path: str, text: str) -> None:
        """Find every function whose code was compiled from this file."""
        self._path = path
        self._code = _compiled(text, path)
        self._found = [each for each in gc.get_objects()
                       if type(each) is FunctionType
                       and each.__code__.co_filename == path]

    def heirs(self, new: str, name: str) -> list[Heir]:
        """Return each function with its code from the changed text.

        The code of most differs by its line numbers alone. Raises
        `CannotSwap` where the function that is named would not be changed.
        """
        pairs = list(_pairs(self._code, _compiled(new, self._path), ""))
        twice = Counter(_place(one) for one, _, _ in pairs)
        codes = {_place(one): (other, qualified)
                 for one, other, qualified in pairs
                 if twice[_place(one)] == 1}
        heirs: list[Heir] = []
        changed = set()
        for function in self._found:
            place = _place(function.__code__)
            if place in codes:
                heir, qualified = codes[place]
                if heir.co_freevars != function.__code__.co_freevars:
                    raise CannotSwap(f"{qualified} closes over other names")
                heirs.append((function, heir))
                changed.add(qualified)
        # Where the function is not made yet, the one around it will make it.
        if not any(f"{name}.".startswith(f"{each}.") for each in changed):
            raise CannotSwap(f"{name} is not there")
        return heirs


def swap(heirs: Iterable[Heir]) -> None:
    """Give each function its other code."""
    for function, code in heirs:
        function.__code__ = code


def _compiled(text: str, path: str) -> CodeType:
    """Return a module's code, without the __future__ of this one."""
    return compile(text, path, "exec", dont_inherit=True)


def _place(code: CodeType) -> _Place:
    """Return what tells one piece of a file's code from another."""
    return code.co_name, code.co_firstlineno, code.co_freevars


def _pairs(old: CodeType, new: CodeType, prefix: str
           ) -> Iterator[tuple[CodeType, CodeType, str]]:
    """Yield each piece of code, its heir and its name, if they correspond."""
    parts, heirs = ([const for const in code.co_consts
                     if isinstance(const, CodeType)] for code in (old, new))
    if [part.co_name for part in parts] == [
            heir.co_name for heir in heirs]:
        for part, heir in zip(parts, heirs):
            name = f"{prefix}{part.co_name}"
            yield part, heir, name
            yield from _pairs(part, heir, f"{name}.")
