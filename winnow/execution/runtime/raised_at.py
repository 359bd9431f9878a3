"""Where an error was raised, and what was compared there."""
from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from traceback import walk_tb
from types import (
    CodeType,
    FrameType,
    FunctionType,
    MethodType,
    TracebackType,
)
from typing import Any

LONGEST = 80
# How deep the data of a file is searched for a value, and how much of it.
DEEPEST, _WIDEST = 4, 200
_PLAIN = (str, bytes, int, float, bool, type(None))


@dataclass(frozen=True)
class RaisedAt:
    """A frame of a traceback, its line, and what of the line was executed.

    The `span` is known since Python 3.11.
    """

    frame: FrameType
    line: int
    span: tuple[int, int, int, int] | None

    @property
    def file(self) -> str:
        """The path of the file."""
        return self.frame.f_code.co_filename

    def may_be(self, node: ast.expr) -> bool:
        """Tell whether an expression is what was executed."""
        if self.span is None:
            return node.lineno <= self.line <= (node.end_lineno or 0)
        line, end, begin, stop = self.span
        return (node.end_lineno, node.end_col_offset) == (end, stop) and (
            node.lineno, node.col_offset) <= (line, begin)


def frames_of(trace: TracebackType | None) -> Iterator[RaisedAt]:
    """Yield the frames of a traceback, the outermost first."""
    at = trace
    for frame, line in walk_tb(trace):
        assert at is not None
        yield RaisedAt(frame, line, _span(frame.f_code, at.tb_lasti))
        at = at.tb_next


def _span(code: CodeType, instruction: int
          ) -> tuple[int, int, int, int] | None:
    """Return the first and last line and column of an instruction."""
    positions = getattr(code, "co_positions", None)
    if positions is None or instruction < 0:
        return None
    for number, (line, end, begin, stop) in enumerate(positions()):
        if number == instruction // 2:
            return None if None in (line, end, begin, stop) else (
                line, end, begin, stop)
    return None


def compared_at(frames: list[RaisedAt], steps: list[RaisedAt]) -> list[Any]:
    """Return the values that an assertion of unittest's was given."""
    own = frames.index(steps[-1]) if steps else len(frames)
    for at in frames[own:]:
        code = at.frame.f_code
        if (at.frame.f_globals.get("__name__") == "unittest.case"
                and code.co_name.startswith("assert")):
            names = [name for name in code.co_varnames[1:code.co_argcount]
                     if name not in ("msg", "places", "delta")]
            return [at.frame.f_locals[name] for name in names[:2]
                    if name in at.frame.f_locals]
    return []


def held_by(node: ast.expr, frame: FrameType) -> Any:
    """Return what an expression means, if that can be looked up; no more.

    Raises `LookupError` where code would have to run.
    """
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        for names in (frame.f_locals, frame.f_globals):
            if node.id in names:
                return names[node.id]
    elif isinstance(node, ast.Attribute):
        owner = held_by(node.value, frame)
        held = getattr(owner, "__dict__", {})
        if node.attr in held:
            return held[node.attr]
        for kind in type(owner).__mro__:
            if node.attr in vars(kind):
                value = vars(kind)[node.attr]
                if not hasattr(type(value), "__get__"):
                    return value
    elif isinstance(node, ast.Subscript):
        owner, key = held_by(node.value, frame), held_by(node.slice, frame)
        if type(owner) in (dict, list, tuple):
            try:
                return owner[key]
            except TypeError:
                pass
    raise LookupError(ast.dump(node))


def is_key(node: ast.Subscript, error: KeyError, frame: FrameType) -> bool:
    """Tell whether a subscript asks for the key that is missing."""
    try:
        return bool(error.args and held_by(node.slice, frame) == error.args[0])
    except Exception:
        return False


def path_to(value: object, held: object, name: str, depth: int) -> str:
    """Return how a value is reached from a name that holds it, or nothing."""
    if held is value:
        return name
    parts: list[tuple[object, object]] = []
    if depth and type(held) in (list, tuple):
        assert isinstance(held, (list, tuple))
        parts += enumerate(held[:_WIDEST])
    # A word may stand in many records, and be one object in all of them.
    elif depth and type(held) is dict and not isinstance(value, str):
        assert isinstance(held, dict)
        parts += list(held.items())[:_WIDEST]
    return next(filter(None, (
        path_to(value, each, f"{name}[{short_text(key)}]", depth - 1)
        for key, each in parts)), "")


def are_alike(one: object, other: object) -> bool:
    """Tell whether two answers are the same data."""
    try:
        return isinstance(one, (dict, list, tuple, str)) and bool(
            one is other or one == other)
    except Exception:
        return False


def code_at(node: ast.AST) -> str:
    """Return code as text in one line."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST - 1]}…"


def short_text(value: object) -> str:
    """Return a value as Python writes it, if it is plain; else its kind."""
    if isinstance(value, type):
        return value.__name__
    if isinstance(value, (FunctionType, MethodType)):
        return str(value.__name__)
    if not _is_plain(value, DEEPEST):
        return type(value).__name__
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST - 1]}…"


def _is_plain(value: object, depth: int) -> bool:
    """Tell whether a value is nothing but numbers, strings and the like."""
    if type(value) in _PLAIN:
        return True
    if not depth or type(value) not in (dict, list, tuple):
        return False
    parts = ([*value.keys(), *value.values()] if isinstance(value, dict)
             else value)
    assert isinstance(parts, (list, tuple))
    return len(parts) <= _WIDEST and all(
        _is_plain(part, depth - 1) for part in parts)
