"""Which one function a change of a module concerns, read off both texts."""
from __future__ import annotations

import ast
import inspect
import io
from collections.abc import Sequence
from typing import NamedTuple

from winnow.model.syntax import parsed

from .segments import Function, segment_at

# What is called first, and executed later; where such a thing has its code.
WAITING = (inspect.CO_GENERATOR | inspect.CO_COROUTINE
           | inspect.CO_ASYNC_GENERATOR)
_Scope = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class ChangedDefault(NamedTuple):
    """A parameter's default that differs: two values that never change.

    The parameter is given by its place among those that have a default, or by
    its name if it is passed by name alone.
    """

    parameter: int | str
    old: object
    new: object


class ChangedBody(NamedTuple):
    """A function whose body alone differs: its name, and both its texts.

    Or one `default` differs, and nothing else; who never calls the function,
    nor looks at it, sees no more of that.

    Names are qualified as in "Class.method.inner"; `swapped` is the function
    whose code can be exchanged, this one or one around it, "" if there is
    none. The texts can be compiled by themselves, and their lines count as
    those of the module. All that is changed lies in one `segment` of it, by
    the name of that; 0 where it does not, or lies in the first.
    """

    name: str
    swapped: str
    old: str
    new: str
    segment: int = 0
    default: ChangedDefault | None = None


class OriginalText:
    """A module's right text, read once for the many that differ from it."""

    def __init__(self, text: str) -> None:
        """Parse the text; raises `SyntaxError`."""
        self._text = text
        self._tree = parsed(text)
        self._lines = _lines(text)

    def changed_body(self, new: str) -> ChangedBody | None:
        """Return the innermost function that alone has another body.

        None where more than one function differs, or what is executed when
        the module is imported. A coroutine's or a generator's code can be
        exchanged, too: `heirs` sees to it that none is there that has been
        called and not begun. Raises `SyntaxError`.
        """
        lines = _lines(new)
        top, below = equal_lines(self._lines, lines)
        scopes = self._around(top, len(self._lines) - below)
        whole, name, segment = list(scopes), "", 0
        while scopes:
            scope = scopes[-1]
            first, last = _span(scope)
            text = "".join(
                lines[first - 1:last + len(lines) - len(self._lines)])
            heir = _only_statement(text)
            here = ".".join(getattr(each, "name") for each in scopes)
            if (heir and not isinstance(scope, ast.ClassDef)
                    and _heading(heir) == _heading(scope)):
                if not name:
                    name, segment = here, segment_at(
                        scope, top + 1, len(self._lines) - below)
                if _kind(heir, text) == _kind(
                        scope, "".join(self._lines[first - 1:last])):
                    if len(lines) != len(self._lines):  # All lines move.
                        return ChangedBody(name, here, self._text, new,
                                           segment)
                    return ChangedBody(
                        name, here, self._alone(whole, self._lines),
                        self._alone(whole, lines), segment)
            elif (heir and not name and len(lines) == len(self._lines)
                  and all(isinstance(each, ast.ClassDef)
                          for each in scopes[:-1])
                  and (default := _changed_default(scope, heir))):
                return ChangedBody(here, here, self._alone(whole, self._lines),
                                   self._alone(whole, lines), 0, default)
            scopes.pop()
        ast.parse(new)
        return ChangedBody(name, "", "", "", segment) if name else None

    def _alone(self, scopes: Sequence[ast.stmt], lines: Sequence[str]) -> str:
        """Return the outermost function's text, at its place in its classes.

        To compile the whole of a long module takes longer than its tests.
        """
        heads = [f"from __future__ import {alias.name}\n"
                 for node in self._tree.body
                 if isinstance(node, ast.ImportFrom)
                 and node.module == "__future__" for alias in node.names]
        for scope in scopes:
            first, last = _span(scope)
            if not isinstance(scope, ast.ClassDef):
                break
            indent = lines[scope.lineno - 1][:scope.col_offset]
            heads.append(f"{indent}class {scope.name}:\n")
        if len(heads) >= first:
            return "".join(lines)
        return "".join(["\n" * (first - 1 - len(heads)), *heads,
                        *lines[first - 1:last]])

    def _around(self, top: int, end: int) -> list[ast.stmt]:
        """Return the scopes, from the outermost, that hold all these lines.

        `top` lines stand before them, and the last one is number `end`.
        """
        scopes: list[ast.stmt] = []
        node: ast.AST | None = self._tree
        while node:
            inside = [each for each in getattr(node, "body")
                      if isinstance(each, _Scope)
                      and _span(each)[0] - 1 <= top
                      and max(top, end) <= _span(each)[1]]
            node = inside[0] if inside else None
            scopes += inside[:1]
        return scopes


def _lines(text: str) -> list[str]:
    """Return the lines of a text as the parser counts them."""
    return list(io.StringIO(text, newline=None))


def equal_lines(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Return how many lines at the top, and below these at the end, are equal.
    """
    top = _equal(old, new)
    return top, _equal(old[:top - 1:-1] if top else old[::-1],
                       new[:top - 1:-1] if top else new[::-1])


def _equal(some: Sequence[str], others: Sequence[str]) -> int:
    """Return how many lines are the same at the beginning of both."""
    pairs = enumerate(zip(some, others))
    return next((place for place, (one, other) in pairs if one != other),
                min(len(some), len(others)))


def _span(scope: ast.stmt) -> tuple[int, int]:
    """Return the first and the last line of a scope, with its decorators."""
    decorators: list[ast.expr] = getattr(scope, "decorator_list", [])
    first = min([scope.lineno, *(each.lineno for each in decorators)])
    return first, scope.end_lineno or first


def _only_statement(text: str) -> ast.stmt | None:
    """Return the one statement that some lines are, if they are."""
    indented = text[:1].isspace()
    try:
        body = ast.parse(f"if 1:\n{text}" if indented else text).body
    except SyntaxError:
        return None  # Its sense may depend on the lines around it.
    if indented and len(body) == 1:
        body = getattr(body[0], "body")
    last = len(_lines(text)) + indented
    whole = len(body) == 1 and body[0].end_lineno == last
    return body[0] if whole else None


def _kind(scope: ast.AST, text: str) -> tuple[type[ast.AST], bool]:
    """Return what is defined, and whether it yields, by its text.

    A coroutine and a generator may have been called, and not have begun.
    """
    waiting = list(getattr(scope, "body")) if "yield" in text else []
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return type(scope), True
        if not isinstance(node, (*_Scope, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
    return type(scope), False


def _changed_default(scope: ast.AST, heir: ast.AST) -> ChangedDefault | None:
    """Return the one default that makes two functions differ, if one does.

    Of other values than constants, Python may make another one each time. The
    heir has the other one's defaults afterwards.
    """
    if not (isinstance(scope, Function) and isinstance(heir, Function)):
        return None
    ours, theirs = scope.args, heir.args
    pairs: list[tuple[int | str, ast.expr | None, ast.expr | None]] = [
        *((place, *each) for place, each in enumerate(
            zip(ours.defaults, theirs.defaults))),
        *zip([each.arg for each in ours.kwonlyargs],
             ours.kw_defaults, theirs.kw_defaults)]
    number = len(theirs.defaults)
    found = [each for each in pairs if _dumped(each[1]) != _dumped(each[2])]
    theirs.defaults, theirs.kw_defaults = ours.defaults, ours.kw_defaults
    if (len(found) != 1 or number != len(ours.defaults)
            or ast.dump(heir) != ast.dump(scope)):
        return None
    (parameter, old, new), = found
    if not (old and new and _is_constant(old) and _is_constant(new)):
        return None
    return ChangedDefault(parameter, ast.literal_eval(old),
                          ast.literal_eval(new))


def _dumped(node: ast.expr | None) -> str:
    """Return an expression as a text; nothing, where there is none."""
    return ast.dump(node) if node else ""


def _is_constant(node: ast.expr) -> bool:
    """Tell whether an expression is a value that cannot be changed."""
    match node:
        case ast.UnaryOp(ast.USub() | ast.UAdd(), ast.Constant(value)):
            return isinstance(value, (int, float, complex)) and (
                not isinstance(value, bool))
        case ast.Tuple(parts):
            return all(map(_is_constant, parts))
    return isinstance(node, ast.Constant)


def _heading(scope: ast.AST) -> tuple[object, ...]:
    """Return all of a scope that is executed where it is defined."""
    fields = [value if isinstance(value, (str, type(None))) else
              [ast.dump(node) for node in value] if isinstance(value, list)
              else ast.dump(value)
              for name, value in ast.iter_fields(scope) if name != "body"]
    doc = (None if not isinstance(scope, _Scope)
           else ast.get_docstring(scope, clean=False))
    return (type(scope), doc, *fields)
