"""What can go wrong in a statement; its conditions are expressions."""
from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union

from winnow.model import syntax
from winnow.model.syntax import ANSWERS, Function
from winnow.mutation.context import ARITHMETIC, Context

from . import exclusions
from .expressions import Expressions
from .source_text import Change, SourceText, brief

_MESSAGES = {"message", "msg", "text", "reason", "error", "err", "e", "exc"}


@dataclass(frozen=True)
class Enclosing:
    """Where the walk is.

    `steps` are the names that keep a `while` loop around it going, and
    `messages` the variables that are for exceptions alone. `doubt` says why
    no change there need make a difference.
    """

    label: str
    function: str | None
    unit: ast.stmt | None
    around: Context
    loop: ast.stmt | None = None
    steps: frozenset[str] = frozenset()
    class_of: ast.ClassDef | None = None
    parameters: frozenset[str] = frozenset()
    messages: frozenset[str] = frozenset()
    doubt: str = ""


class Statements:
    """Makes the changes of statements, each as a whole."""

    def __init__(self, text: SourceText, expressions: Expressions) -> None:
        """Keep the text, and what knows of texts in it."""
        self._text = text
        self._expressions = expressions

    def emptied(self, function: Function) -> Change:
        """Return the change by which a function returns at once."""
        text = self._text
        first = syntax.without_docstring(function.body)[0]
        start, end = text.span(first)
        line = text.source[start:end].splitlines()[0]
        indent = text.indent(first)
        after = "; " if indent is None else f"\n{indent}"
        yields = isinstance(function, ast.AsyncFunctionDef) and any(
            isinstance(each, ast.Yield)
            for each in syntax.own_parts(function))
        back = "return" if yields else "return None"
        return Change(
            start, start + len(line), f"{back}{after}{line}", "emptied",
            f"`{function.name}` returns at once.")

    def once(self, node: Union[ast.For, ast.AsyncFor, ast.While]
             ) -> Iterator[Change]:
        """Yield the change by which a loop ends after its first turn."""
        text = self._text
        last = node.body[-1]
        indent = text.indent(last)
        start, end = text.span(last)
        line = max(start, text.source.rfind("\n", start, end) + 1)
        line += len(text.source[line:end]) - len(
            text.source[line:end].lstrip())
        after = "; break" if indent is None else f"\n{indent}break"
        heading = node.test if isinstance(node, ast.While) else node.iter
        yield Change(line, end, text.source[line:end] + after, "loop-once",
                     f"The loop over {brief(text.of(heading))} ends after its "
                     "first turn.")

    def caught(self, handler: ast.ExceptHandler) -> Iterator[Change]:
        """Yield the changes by which an exception is caught no more."""
        text, kind = self._text, handler.type
        if isinstance(kind, ast.Tuple) and len(kind.elts) > 1:
            for each in kind.elts:
                kept = [text.of(other) for other in kind.elts
                        if other is not each]
                yield text.change(
                    kind, f"({', '.join(kept)},)", "not-caught",
                    f"{brief(text.of(each))} is not caught any more.")
        elif kind is not None:
            yield text.change(
                kind, "()", "not-caught",
                f"{brief(text.of(kind))} is not caught any more.")

    def own(self, node: ast.stmt, here: Enclosing, bound: set[str]
            ) -> Iterator[Change]:
        """Yield the changes of a simple statement as a whole."""
        text, steps = self._text, here.steps
        endless = isinstance(here.loop, ast.While)
        gone = False
        if isinstance(node, ast.Return):
            if node.value is None:
                gone = not endless
            elif isinstance(node.value, ANSWERS):
                yield from self.none(node)
        elif isinstance(node, ast.Expr):
            yield from self._effect(node.value, here)
        elif isinstance(node, ast.AugAssign):
            name = syntax.last_name(node.target)
            if name not in steps and not exclusions.is_dunder(name):
                yield from self._augmented(node, here)
        elif isinstance(node, ast.Assign):
            yield from self._assigned(node, here, bound)
        elif isinstance(node, ast.Delete):
            gone = not isinstance(node.targets[0], ast.Name) and not (
                syntax.words_in(node) & steps)
        elif isinstance(node, ast.Raise):
            if here.function is None:
                return
            if node.exc is None or syntax.last_name(node.exc)[:1].islower():
                gone = not endless
            else:
                yield from self._raised(node.exc)
        elif isinstance(node, ast.Assert):
            gone = is_check(node, here)
        elif isinstance(node, ast.Continue):
            yield text.change(node, "break", "break",
                              "`continue` has become `break`.")
        elif isinstance(node, ast.Break) and not endless:
            yield text.change(node, "continue", "continue",
                              "`break` has become `continue`.")
        if gone:
            yield self._gone(node)

    def _gone(self, node: ast.AST, what: str = "") -> Change:
        """Return the change that takes a statement away."""
        return self._text.change(
            node, "pass", f"no-{type(node).__name__.lower()}",
            f"{what or brief(self._text.of(node))} is gone.")

    def none(self, node: ast.Return) -> Iterator[Change]:
        """Yield the change by which nothing is returned."""
        if node.value is not None and syntax.last_name(
                node.value) != "NotImplemented":
            yield self._text.change(
                node, "return None", "return-none",
                f"None is returned, not {brief(self._text.of(node.value))}.")

    def _effect(self, value: ast.expr, here: Enclosing) -> Iterator[Change]:
        """Yield the change by which a call has no effect."""
        text = self._text
        if isinstance(value, ast.Yield):
            if value.value is not None and not isinstance(
                    value.value, ast.Constant):
                yield text.change(
                    value.value, "None", "yield-none",
                    f"None is yielded, not {brief(text.of(value.value))}.")
            return
        call = value.value if isinstance(value, ast.Await) else value
        if not isinstance(call, ast.Call) or exclusions.is_logging(call) or (
                exclusions.only_pauses(call)
                or exclusions.is_vain(call, here.class_of)
                or syntax.words_in(call) & here.steps
                or syntax.words_in(call.func) & {"__all__"}):
            return
        if "super" in syntax.words_in(call.func) and (
                here.class_of is not None and not here.class_of.bases):
            return
        name = syntax.last_name(call.func)
        yield text.change(value, "pass", f"no-{name or 'call'}",
                          f"The call of `{name}()` is gone.")

    def _augmented(self, node: ast.AugAssign, here: Enclosing
                   ) -> Iterator[Change]:
        """Yield the change of what is done to a variable in place."""
        text, kind = self._text, type(node.op)
        if kind not in ARITHMETIC:
            return
        op, heir = f"{ARITHMETIC[kind][0]}=", f"{ARITHMETIC[kind][1]}="
        place = text.find(re.escape(op), node.target, node.value)
        if kind is ast.Add and self._expressions.is_text(
                node.value, here.around) or (
                syntax.last_name(node.target) in here.around.texts):
            heir = "="
        if place:
            yield text.between(
                place, heir, "operator",
                f"`{op}` has become `{heir}` in {brief(text.of(node))}.")

    def _assigned(self, node: ast.Assign, here: Enclosing, bound: set[str]
                  ) -> Iterator[Change]:
        """Yield the change by which a value is not kept."""
        text, target = self._text, node.targets[0]
        name = syntax.last_name(target)
        if (here.function is None or len(node.targets) > 1
                or name in here.steps or exclusions.is_dunder(name)
                or text.of(exclusions.returned_by(node.value))
                == text.of(target)):
            return
        if isinstance(target, ast.Name):
            if name in bound - here.messages:
                yield self._gone(node)
        elif isinstance(target, ast.Subscript):
            yield self._gone(node)
        elif isinstance(target, ast.Attribute):
            if not here.function.endswith("__init__"):
                yield self._gone(node)
            elif isinstance(node.value, ANSWERS):
                yield text.change(
                    node.value, "None", "not-kept",
                    f"{brief(text.of(target))} is None, "
                    f"not {brief(text.of(node.value))}.")

    def _raised(self, exc: ast.expr) -> Iterator[Change]:
        """Yield the changes of what is raised."""
        text = self._text
        kind = exc.func if isinstance(exc, ast.Call) else exc
        if not isinstance(kind, (ast.Name, ast.Attribute)):
            return
        name = syntax.last_name(kind)
        other = "ValueError" if name == "RuntimeError" else "RuntimeError"
        yield text.change(kind, other, "exception",
                          f"{brief(text.of(kind))} has become `{other}`.")
        if isinstance(exc, ast.Call) and hasattr(builtins, name) and (
                len(exc.args) == 1 and isinstance(exc.args[0], ast.Name)
                and exc.args[0].id not in _MESSAGES):
            yield text.change(
                exc.args[0], "None", "exception-says",
                f"The `{name}` carries no {brief(text.of(exc.args[0]))}.")


def is_check(node: ast.Assert, here: Enclosing) -> bool:
    """Tell whether an assertion holds a caller to its duties."""
    return bool(syntax.words_in(node.test) & here.parameters)
