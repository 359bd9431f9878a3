"""Makes faults for any Python module from its syntax tree.

Each is an edit of the text at one place; none compiles to the code of the
module as it is, or to that of another fault.
"""
from __future__ import annotations
import __future__

import ast
import warnings
from collections import Counter
from collections.abc import Iterator
from types import CodeType
from typing import NamedTuple

from winnow.model.exercise import Mutant

from .source_text import Change, SourceText
from .visitor import Placed, Visitor


class NoFaults(NamedTuple):
    """A function for which no fault is made, and the reason."""

    name: str
    line: int
    reason: str


def made_faults(module: str, source: str
                ) -> tuple[list[Mutant], list[NoFaults]]:
    """Return the faults of a module by their places, and what has none.

    Raises `SyntaxError` if the module is no Python.
    """
    text = SourceText(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        proof = _Proof(text)
        walk = Visitor(text)
        kept = [placed for placed in walk.changes()
                if proof.is_new(placed)]
        without = list(_fill(text, walk, proof, kept))
    kept.sort(key=lambda placed: placed.change)
    return list(_named(module, source, kept)), without


def _fill(text: SourceText, walk: Visitor, proof: _Proof, kept: list[Placed]
          ) -> Iterator[NoFaults]:
    """Empty each function that has no fault; yield those that stay so."""
    starts: dict[str | None, list[int]] = {}
    for placed in kept:
        starts.setdefault(placed.function, []).append(placed.change.start)
    for found in walk.functions:
        reason = found.reason
        start, end = text.span(found.node)
        if reason is None and not any(
                start <= each < end for each in starts.get(found.name, ())):
            emptied = walk.emptied(found)
            if proof.is_new(emptied):
                kept.append(emptied)
            else:
                reason = "Nothing in it can make a difference."
        if reason is not None:
            yield NoFaults(found.name, found.node.lineno, reason)


def _named(module: str, source: str, kept: list[Placed]
           ) -> Iterator[Mutant]:
    """Yield the faults, each under a name of its own."""
    times: Counter[str] = Counter()
    for change, function, label, _, doubt in kept:
        place = f"{module}.{label}" if label else module
        name = f"{place}:{change.kind}"
        times[name] += 1
        yield Mutant(
            name=f"{name}-{times[name]}" if times[name] > 1 else name,
            module=module, old=source[change.start:change.end],
            new=change.new, breaks=change.breaks, start=change.start,
            function=function, doubt=doubt or None)


class _Proof:
    """Compiles what is changed, and no more, to see that it is changed."""

    def __init__(self, text: SourceText) -> None:
        """Compile the module as it is; raises `SyntaxError`."""
        whole = compile(text.tree, "<module>", "exec", dont_inherit=True)
        self._text = text
        # The one feature of __future__ that is not yet everyone's.
        self._flags = whole.co_flags & __future__.annotations.compiler_flag
        self._seen: dict[ast.stmt, set[object]] = {}

    def is_new(self, placed: Placed) -> bool:
        """Tell whether a change makes code that was not seen before."""
        if placed.unit not in self._seen:
            self._seen[placed.unit] = {self._code(placed.unit, None)}
        try:
            code = self._code(placed.unit, placed.change)
        except SyntaxError:
            return False
        seen = self._seen[placed.unit]
        new = code not in seen
        seen.add(code)
        return new

    def _code(self, unit: ast.stmt, change: Change | None) -> object:
        """Return what a statement compiles to, with a change in it."""
        text = self._text
        start, end = text.span(unit)
        indent = text.indent(unit)
        head = "" if not indent else f"if 1:\n{indent}"
        body = text.source[start:end]
        if change:
            body = (text.source[start:change.start] + change.new
                    + text.source[change.end:end])
        return _essence(compile(head + body, "<module>", "exec",
                                self._flags, dont_inherit=True))


def _essence(code: CodeType) -> object:
    """Return all of compiled code but the numbers of its lines."""
    return (
        code.co_code, code.co_name, code.co_names, code.co_varnames,
        code.co_freevars, code.co_cellvars, code.co_flags,
        code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount,
        getattr(code, "co_exceptiontable", None),
        tuple(_essence(const) if isinstance(const, CodeType)
              else (type(const), repr(const)) for const in code.co_consts))
