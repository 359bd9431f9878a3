"""Walks through a module, and collects the changes that can be made."""
from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple, Union

from winnow.model import syntax
from winnow.model.syntax import Function
from winnow.mutation.context import Context

from . import doubts, exclusions, pragmas, reasons
from .equivalents import is_equivalent
from .expressions import Expressions
from .machine import Machine
from .place import ModuleTree
from .source_text import Change, SourceText, brief
from .statements import Enclosing, Statements, is_check

_Changes = Iterator["Placed"]
_FOR_TOOLS = ("It is for type checkers, or where the module runs as a "
              "program.")
_FOR_OTHERS = "It is for another Python or another system than this one."
_TEXTS = {"str", "bytes", "List", "list", "Sequence", "Tuple", "tuple"}


class Placed(NamedTuple):
    """A change, the function in which it runs, and what compiles with it.

    `doubt` says why it may be equivalent; it is empty where nothing says so.
    """

    change: Change
    function: str | None
    label: str
    unit: ast.stmt
    doubt: str = ""


class FunctionFound(NamedTuple):
    """A function: its name, and why it can have no fault, if it can not."""

    name: str
    node: Function
    unit: ast.stmt
    reason: str | None


class Visitor:
    """Finds every change of a module, and every function in it."""

    def __init__(self, text: SourceText) -> None:
        """Get ready to walk through a text."""
        self._text = text
        self._tree = ModuleTree(text)
        self._machine = Machine(text.tree)
        self._left_out = pragmas.lines_left_out(text.source)
        self._expressions = Expressions(text, self._machine)
        self._statements = Statements(text, self._expressions)
        self.functions: list[FunctionFound] = []

    def changes(self) -> _Changes:
        """Yield every change; the functions are known when it is through."""
        here = Enclosing(
            "", None, None, Context({}, at_import=True))
        yield from self._block(
            syntax.without_docstring(self._text.tree.body), here, set())

    def emptied(self, found: FunctionFound) -> Placed:
        """Return the change by which a function returns at once."""
        return Placed(self._statements.emptied(found.node),
                      found.name, found.name, found.unit)

    def _block(self, body: Iterable[ast.stmt], here: Enclosing, bound: set[str]
               ) -> _Changes:
        """Yield the changes of statements in a row.

        `bound` holds the names that have a value by then, and gets more.
        """
        for statement in body:
            spot = here
            if here.unit is None and not isinstance(
                    statement, (ast.ClassDef, ast.If, ast.Try, ast.With)):
                spot = replace(here, unit=statement)
            yield from self._statement(statement, spot, bound)
            bound |= syntax.bound_by(statement)

    def _statement(self, node: ast.stmt, here: Enclosing, bound: set[str]
                   ) -> _Changes:
        """Yield the changes of a statement and of what is in it."""
        if node.lineno in self._left_out and isinstance(
                node, (*syntax.FUNCTIONS, ast.ClassDef)):
            self._skip([node], pragmas.REASON)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from self._function(node, here, bound)
        elif isinstance(node, ast.ClassDef):
            yield from self._class(node, here, bound)
        elif isinstance(node, ast.If):
            yield from self._if(node, here, bound)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.While)):
            yield from self._loop(node, here, bound)
        elif isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass,
                               ast.Global, ast.Nonlocal)):
            return
        elif hasattr(node, "body") or isinstance(node, ast.Match):
            yield from self._compound(node, here, bound)
        else:
            yield from self._simple(node, here, bound)

    def _placed(self, changes: Iterable[Change], here: Enclosing,
                node: ast.stmt) -> _Changes:
        """Yield changes with the place where the walk is.

        Those that a comment leaves out, or that change nothing, are not made.
        """
        for change in changes:
            # What ends a loop is put after the last statement in it.
            line = (node.lineno if change.kind == "loop-once"
                    else self._text.line_of(change.start))
            if line in self._left_out:
                continue
            place = self._tree.place(change)
            if not is_equivalent(place):
                yield Placed(change, here.function, here.label,
                             here.unit or node,
                             here.doubt or doubts.doubt_of(place))

    def _in(self, part: ast.AST | None, here: Enclosing, node: ast.stmt
            ) -> _Changes:
        """Yield the changes of an expression in a statement."""
        yield from self._placed(
            self._expressions.changes(part, here.around), here, node)

    def _heading(self, node: Union[Function, ast.ClassDef], here: Enclosing
                 ) -> _Changes:
        """Yield the changes of decorators."""
        text = self._text
        for decorator in node.decorator_list:
            start, end = text.span(decorator)
            at = text.source.rindex("@", 0, start)
            if exclusions.is_silent(decorator, node) or syntax.has_setter(
                    here.class_of, node.name):
                continue
            if start - at == 1:
                yield from self._placed([Change(
                    at, end, "", f"no-{syntax.last_name(decorator)}",
                    f"{brief(text.source[at:end])} is gone from "
                    f"`{node.name}`.")], here, node)
            around = replace(here.around, at_import=False)
            yield from self._in(
                decorator, replace(here, around=around), node)

    def _function(self, node: Function, here: Enclosing, bound: set[str]
                  ) -> _Changes:
        """Yield the changes of a function."""
        name = f"{here.label}.{node.name}".lstrip(".")
        unit = here.unit or node
        reason = exclusions.why_nothing(node, here.class_of) or (
            pragmas.REASON if self._left_out.issuperset(
                each.lineno for each in node.body) else None)
        self.functions.append(FunctionFound(name, node, unit, reason))
        outer = replace(here, label=name)
        yield from self._heading(node, outer)
        if reason:
            return
        given = node.args
        yield from self._placed(
            (change for default in [*given.defaults, *given.kw_defaults]
             for change in self._expressions.changes(default, here.around)),
            outer, node)
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs,
                 *filter(None, (given.vararg, given.kwarg))]
        names = frozenset(each.arg for each in every)
        texts = frozenset(
            each.arg for each in every if each.annotation is not None
            and syntax.last_name(each.annotation) in _TEXTS
        ) | frozenset(syntax.texts_in(node))
        around = replace(
            here.around, texts=here.around.texts | texts, at_import=False,
            exchanged=set(),
            wording=here.around.wording or node.name == "__repr__")
        inner = Enclosing(
            name, name, unit, around, class_of=here.class_of,
            parameters=names, messages=syntax.messages(node))
        body = syntax.without_docstring(node.body)
        if len(body) > 1 and not syntax.only_answers(node):
            yield self.emptied(self.functions[-1])
        yield from self._block(body, inner, set(names))

    def _class(self, node: ast.ClassDef, here: Enclosing, bound: set[str]
               ) -> _Changes:
        """Yield the changes of a class."""
        label = f"{here.label}.{node.name}".lstrip(".")
        yield from self._heading(node, replace(here, label=label))
        around = replace(here.around, attributes=syntax.exchanges(node))
        inner = replace(here, label=label, around=around, class_of=node,
                        loop=None)
        yield from self._block(
            syntax.without_docstring(node.body), inner, set())

    def _if(self, node: ast.If, here: Enclosing, bound: set[str]
            ) -> _Changes:
        """Yield the changes of a branch, but not of what never runs here."""
        test, reason = node.test, _FOR_OTHERS
        never = self._machine.never(test, here.around.at_import)
        if exclusions.is_for_types(test) or exclusions.is_for_programs(test):
            never, reason = True, _FOR_TOOLS
        else:
            yield from self._placed(self._expressions.test(
                test, here.around), here, node)
        elsewhere = self._machine.elsewhere(test)
        for answer, body in ((True, node.body), (False, node.orelse)):
            if never is answer:
                self._skip(body, reason)
                continue
            inner = here if elsewhere is not answer else replace(
                here, doubt=reasons.SYSTEM)
            if body and here.unit is None and self._text.of(
                    body[0]).startswith("elif"):
                # It compiles in one piece only.
                inner = replace(inner, unit=node)
            yield from self._block(body, inner, set(bound))

    def _loop(self, node: Union[ast.For, ast.AsyncFor, ast.While],
              here: Enclosing, bound: set[str]) -> _Changes:
        """Yield the changes of a loop."""
        inner = replace(here, loop=node)
        if isinstance(node, ast.While):
            inner = replace(inner, steps=here.steps | syntax.steps(node))
            around = replace(here.around, counts=syntax.counts(node))
            yield from self._placed(self._expressions.test(
                node.test, around, "while"), here, node)
        else:
            yield from self._in(node.iter, here, node)
        yield from self._placed(self._statements.once(node), here, node)
        yield from self._block(node.body, inner, set(bound))
        yield from self._block(node.orelse, here, set(bound))

    def _skip(self, body: Iterable[ast.AST], reason: str) -> None:
        """Note the functions that no test can reach."""
        for part in body:
            for node in ast.walk(part):
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    self.functions.append(
                        FunctionFound(node.name, node, node, reason))

    def _compound(self, node: ast.stmt, here: Enclosing, bound: set[str]
                  ) -> _Changes:
        """Yield the changes of `try`, `with` and `match`."""
        if here.around.at_import and any(map(
                exclusions.is_fallback, getattr(node, "handlers", ()))):
            self._skip(
                [*getattr(node, "body"), *getattr(node, "handlers")],
                "It depends on what can be imported.")
            yield from self._block(
                getattr(node, "orelse"), here, set(bound))
            return
        for item in getattr(node, "items", ()):
            yield from self._in(item.context_expr, here, node)
        if isinstance(node, ast.Match):
            yield from self._in(node.subject, here, node)
        yield from self._block(getattr(node, "body", ()), here, set(bound))
        imports = any(map(exclusions.is_import, getattr(node, "body", ())))
        for handler in getattr(node, "handlers", ()):
            if here.function is not None:
                yield from self._placed(
                    self._statements.caught(handler), here, node)
            inner = replace(here, doubt=reasons.FALLBACK) if (
                imports and exclusions.is_fallback(handler)) else here
            yield from self._block(handler.body, inner, set(bound))
        for case in getattr(node, "cases", ()):
            yield from self._in(case.pattern, here, node)
            if case.guard:
                yield from self._placed(self._expressions.test(
                    case.guard, here.around), here, node)
            yield from self._block(case.body, here, set(bound))
        for name in ("orelse", "finalbody"):
            yield from self._block(
                getattr(node, name, ()), here, set(bound))

    def _simple(self, node: ast.stmt, here: Enclosing, bound: set[str]
                ) -> _Changes:
        """Yield the changes of a statement that holds no other."""
        inside = list(self._inside(node, here))
        own = list(self._placed(
            self._statements.own(node, here, bound), here, node))
        if isinstance(node, ast.Assign):
            # `x = x.strip()` without the call is `x = x`, and says the same.
            whole, name = node.value, self._text.of(node.targets[0])
            if any(each.change.new == name and self._text.span(whole)
                   == each.change[:2] for each in inside):
                own = []
        yield from own
        yield from inside
        if isinstance(node, ast.Return) and not own and not inside:
            yield from self._placed(self._statements.none(node), here, node)

    def _inside(self, node: ast.stmt, here: Enclosing) -> _Changes:
        """Yield the changes of the expressions in a simple statement."""
        if isinstance(node, ast.Assert):
            if is_check(node, here):
                yield from self._placed(self._expressions.changes(
                    node.test, here.around, "operand"), here, node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = (node.targets if isinstance(node, ast.Assign)
                       else [node.target])
            if any(exclusions.is_dunder(syntax.last_name(each))
                   or exclusions.is_for_types(each) for each in targets) or (
                    isinstance(node, ast.AnnAssign)
                    and syntax.last_name(node.annotation) == "TypeAlias"):
                return
            for target in targets:
                yield from self._in(target, here, node)
            if not syntax.bound_by(node) & here.messages:
                yield from self._in(node.value, here, node)
        elif isinstance(node, ast.AugAssign):
            if not exclusions.is_dunder(syntax.last_name(node.target)):
                yield from self._in(node.value, here, node)
        elif isinstance(node, ast.Return) or (
                isinstance(node, ast.Expr)
                and not isinstance(node.value, ast.Constant)
                and not exclusions.is_vain(node.value, here.class_of)):
            yield from self._in(node.value, here, node)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                yield from self._in(target, here, node)
