"""What can go wrong in an expression: each operator makes one kind of fault.

An expression's role says what it is there for: a test ("if", "while"), a part
of one joined by `and` or `or` ("operand"), a side of `<` ("bound"), the name
under which something is looked up ("key"), or else a "value".
"""
from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable
from dataclasses import replace

from winnow.model import syntax
from winnow.mutation.context import (
    ARITHMETIC,
    EQUAL,
    ORDER,
    Changes,
    Context,
    literal_at,
    other_text,
)

from . import exclusions
from .calls import arguments, called
from .machine import Machine
from .source_text import SourceText, brief

_MANY = 4


class Expressions:
    """Makes the changes of a module's expressions."""

    def __init__(self, text: SourceText, machine: Machine) -> None:
        """Learn the keys by which the module looks things up."""
        self._text = text
        self._machine = machine
        self._keys = exclusions.keys_of(text.tree)
        self._makers: dict[type, Callable[..., Changes]] = {
            ast.Compare: self._compare, ast.BoolOp: self._bool_op,
            ast.UnaryOp: self._unary, ast.BinOp: self._binary,
            ast.Constant: self._constant, ast.Call: self._call,
            ast.Subscript: self._subscript, ast.Lambda: self._lambda,
            ast.JoinedStr: self._joined, ast.Attribute: self._attribute,
            ast.Dict: self._collection, ast.List: self._collection,
            ast.Tuple: self._collection, ast.Set: self._collection,
            ast.IfExp: self._if, ast.comprehension: self._for,
        }

    def changes(self, node: ast.AST | None, around: Context,
                role: str = "value") -> Changes:
        """Yield the changes of an expression and of all its parts."""
        if node is None or exclusions.is_logging(node):
            return
        if exclusions.is_declaration(node) and not (
                isinstance(node, ast.Subscript) and not around.at_import):
            return
        maker = self._makers.get(type(node))
        if maker:
            yield from maker(node, around, role)
        else:
            yield from self._parts(node, around)

    def test(self, node: ast.expr, around: Context, role: str = "if"
             ) -> Changes:
        """Yield the changes of what is asked by `if` or `while`."""
        if isinstance(node, ast.Constant) or exclusions.is_of_the_machine(
                node, around.at_import):
            return
        text = self._text
        if role == "while":
            yield text.change(
                node, "False", "loop-never", "The loop over "
                f"{brief(text.of(node))} is never entered.")
        elif not (isinstance(node, ast.BoolOp)
                  or isinstance(node, ast.Compare) and len(node.ops) == 1
                  or isinstance(node, ast.UnaryOp)):
            inner = text.of(node)
            if isinstance(node, (ast.IfExp, ast.Lambda, ast.NamedExpr)):
                inner = f"({inner})"
            yield text.change(
                node, f"not {inner}", "negated-if",
                f"{brief(text.of(node))} is asked the other way round.")
        yield from self.changes(node, around, role)

    def _parts(self, node: ast.AST, around: Context) -> Changes:
        """Yield the changes of what an expression is made of."""
        for part in ast.iter_child_nodes(node):
            if not isinstance(part, (ast.expr_context, ast.operator)):
                yield from self.changes(part, around)

    def _compare(self, node: ast.Compare, around: Context, role: str
                 ) -> Changes:
        """Move a boundary; turn a comparison round."""
        text, left = self._text, node.left
        sides = [left, *node.comparators]
        whole = brief(text.of(node))
        for op, left, right in zip(node.ops, sides, sides[1:]):
            order = ORDER.get(type(op))
            place = text.find(
                order[0] if order else EQUAL[type(op)][0], left, right)
            if place is None:
                continue
            if order and (role != "while" or order[3] or around.counts):
                yield text.between(
                    place, order[1], "boundary",
                    f"`{order[0]}` has become `{order[1]}` in {whole}.")
            if len(node.ops) == 1 and role not in ("operand", "while"):
                heir = order[2] if order else EQUAL[type(op)][1]
                yield text.between(
                    place, heir, "negated" + "-if" * (role == "if"),
                    f"{whole} is asked the other way round: `{heir}`.")
        for op, side in zip([node.ops[0], *node.ops], sides):
            inner = "bound" if type(op) in ORDER else "value"
            if isinstance(side, ast.Constant) and isinstance(
                    side.value, bool):
                continue  # The comparison turned round says the same.
            if isinstance(op, (ast.In, ast.NotIn)) and side is node.left:
                inner = "key"
            yield from self.changes(side, around, inner)

    def _bool_op(self, node: ast.BoolOp, around: Context, role: str
                 ) -> Changes:
        """Exchange `and` and `or`; leave out one of what they join."""
        text, values = self._text, node.values
        word, heir = (("and", "or") if isinstance(node.op, ast.And)
                      else ("or", "and"))
        looser = role == "while" and word == "and" and not around.counts
        places = [text.find(rf"\b{word}\b", left, right)
                  for left, right in zip(values, values[1:])]
        found = [place for place in places if place]
        if len(found) == len(places) and not looser:
            start, end = found[0][0], found[-1][1]
            new, last = "", start
            for place in found:
                new += text.source[last:place[0]] + heir
                last = place[1]
            yield text.between(
                (start, end), new, f"{word}-to-{heir}",
                f"`{word}` has become `{heir}` in {brief(text.of(node))}.")
        for value in values:
            walrus = any(isinstance(each, ast.NamedExpr)
                         for each in ast.walk(value))
            if not looser and not walrus:
                rest = [text.operand(each) for each in values
                        if each is not value]
                yield text.change(
                    node, f" {word} ".join(rest), "left-out",
                    f"{brief(text.of(value))} no longer counts.")
            yield from self.changes(value, around, "operand")

    def _unary(self, node: ast.UnaryOp, around: Context, role: str
               ) -> Changes:
        """Leave out a `not`, a minus or a `~`."""
        text, operand = self._text, node.operand
        number = isinstance(operand, ast.Constant)
        if isinstance(node.op, ast.USub) and number:
            value = getattr(operand, "value")
            if type(value) is int and role != "bound":
                new = "0" if role == "key" and value == 1 else f"-{value + 1}"
                yield text.change(node, new, "constant",
                                  f"`-{value}` has become `{new}`.")
            return
        kind = "negated-if" if isinstance(node.op, ast.Not) else "sign"
        if role not in ("operand", "while") and not number and not isinstance(
                node.op, ast.UAdd):
            new = text.inside(operand)
            yield text.change(
                node, new, kind,
                f"{brief(text.of(node))} has become {brief(new)}.")
        yield from self.changes(operand, around, "operand")

    def _binary(self, node: ast.BinOp, around: Context, role: str) -> Changes:
        """Exchange an arithmetic operator, or leave out what is added."""
        text, kind = self._text, type(node.op)
        textual = self.is_text(node, around)
        whole = brief(text.of(node))
        if kind is ast.Add and textual and not around.at_import:
            kept, gone = node.left, node.right
            if isinstance(kept, (ast.Constant, ast.JoinedStr)):
                kept, gone = gone, kept
            yield text.change(
                node, text.inside(kept), "left-out",
                f"{brief(text.of(gone))} is no longer added in {whole}.")
        elif kind in ARITHMETIC and not textual and not around.at_import:
            op, heir = ARITHMETIC[kind]
            place = text.find(re.escape(op), node.left, node.right)
            if place:
                yield text.between(
                    place, heir, "operator",
                    f"`{op}` has become `{heir}` in {whole}.")
        # A text that is put together at import is soon one that cannot be.
        if not (textual and around.at_import):
            yield from self.changes(node.left, around)
            yield from self.changes(node.right, around)

    def is_text(self, node: ast.expr, around: Context) -> bool:
        """Tell whether an operand of an operator is a text or a list."""
        if isinstance(node, ast.BinOp):
            return (self.is_text(node.left, around)
                    or isinstance(node.op, ast.Mod)
                    and isinstance(node.right, (ast.Tuple, ast.Dict))
                    or not isinstance(node.op, ast.Mod)
                    and self.is_text(node.right, around))
        if isinstance(node, ast.Constant):
            return isinstance(node.value, (str, bytes))
        if isinstance(node, ast.Call):
            return syntax.last_name(node.func) in (
                "str", "list", "tuple", "join", "repr", "sorted", "bytes",
                "strip", "lower", "upper", "format", "replace", "rstrip",
                "lstrip", "chr", "hex", "dict", "ljust", "rjust", "group")
        return (syntax.last_name(node) in around.texts
                and not isinstance(node, ast.Subscript)
                or isinstance(node, (ast.JoinedStr, ast.List, ast.Tuple,
                                     ast.ListComp, ast.Dict, ast.DictComp)))

    def _constant(self, node: ast.Constant, around: Context, role: str
                  ) -> Changes:
        """Exchange a number, a truth value, a text or a key."""
        text, value = self._text, node.value
        new: object = None
        if isinstance(value, bool):
            new = not value
        elif isinstance(value, (int, float)) and role != "bound":
            new = value + 1
        elif isinstance(value, (str, bytes)) and not around.wording:
            new = other_text(value)
            others = [key for key in self._keys if key != value]
            if role == "key" and others and isinstance(value, str):
                after = (self._keys.index(value) if value in self._keys
                         else 0)
                new = others[after % len(others)]
        if new is not None and new != value:
            kind = "key" if role == "key" else "constant"
            heir = literal_at(new, text.of(node))
            yield text.change(
                node, heir, kind,
                f"{brief(text.of(node))} has become {brief(heir)}.")

    def _joined(self, node: ast.JoinedStr, around: Context, role: str
                ) -> Changes:
        """Empty a text with values in it; change those values."""
        text = self._text
        if not around.wording:
            yield text.change(node, '""', "constant", "The text "
                              f"{brief(text.of(node))} is empty.")
        # Before, the places of what stands in such a text were wrong.
        if sys.version_info >= (3, 12):
            for part in node.values:
                if isinstance(part, ast.FormattedValue):
                    yield from self.changes(part.value, around)

    def _collection(self, node: ast.Dict | ast.List | ast.Tuple | ast.Set,
                    around: Context, role: str) -> Changes:
        """Change what is listed, or leave the last out of a long list."""
        text = self._text
        keys = node.keys if isinstance(node, ast.Dict) else []
        values = node.values if isinstance(node, ast.Dict) else node.elts
        plain = [each for each in values if exclusions.is_data(each)]
        if len(plain) > _MANY:
            first = (keys or values)[-1]
            before = values[-2]
            if first is not None:
                gone = (text.span(first)[0], text.span(values[-1])[1])
                start = text.find(",", before, first)
                if start and gone[1] > gone[0]:
                    yield text.between(
                        (start[0], gone[1]), "", "left-out",
                        f"{brief(text.source[slice(*gone)])} is missing.")
            values = [each for each in values if each not in plain]
        elif len(keys) <= _MANY:
            for key in keys:
                yield from self.changes(key, around, "key")
        # A table that is read at import is data: a few of its rows will do.
        for value in values[:_MANY] if around.at_import else values:
            yield from self.changes(value, around)

    def _subscript(self, node: ast.Subscript, around: Context, role: str
                   ) -> Changes:
        """Look up something else."""
        yield from self.changes(node.value, around)
        if exclusions.is_declaration(node):
            return
        yield from self.changes(node.slice, around, "key")

    def _attribute(self, node: ast.Attribute, around: Context, role: str
                   ) -> Changes:
        """Read another attribute of the same object."""
        text, value = self._text, node.value
        if isinstance(value, ast.Name):
            other = around.attributes.get(node.attr)
            if (value.id == "self" and other and not around.at_import
                    and isinstance(node.ctx, ast.Load)
                    and node.attr not in around.exchanged):
                around.exchanged.add(node.attr)
                yield text.change(
                    node, f"self.{other}", "attribute",
                    f"{brief(text.of(node))} has become `self.{other}`.")
        else:
            yield from self.changes(value, around)

    def _lambda(self, node: ast.Lambda, around: Context, role: str
                ) -> Changes:
        """Change what a lambda gives."""
        yield from self._parts(node.args, around)
        inside = list(self.changes(node.body, around))
        yield from inside
        if not inside and self._text.of(node.body) != "None":
            yield self._text.change(
                node.body, "None", "return-none",
                f"{brief(self._text.of(node))} gives None.")

    def _if(self, node: ast.IfExp, around: Context, role: str) -> Changes:
        """Turn the question round."""
        never = self._machine.never(node.test, around.at_import)
        if never is not True:
            yield from self.changes(node.body, around, role)
        yield from self.test(node.test, around)
        if never is not False:
            yield from self.changes(node.orelse, around, role)

    def _for(self, node: ast.comprehension, around: Context, role: str
             ) -> Changes:
        """Change what a comprehension takes in."""
        yield from self.changes(node.iter, around)
        for test in node.ifs:
            yield from self.test(test, around)

    def _call(self, node: ast.Call, around: Context, role: str) -> Changes:
        """Change a call, and what is handed on by it."""
        name = syntax.last_name(node.func)
        if isinstance(node.func, ast.Attribute):
            yield from self.changes(node.func.value, around)
        yield from called(self._text, node, name, around.at_import)
        yield from arguments(self._text, node, name, around.at_import)
        # At import, few calls would take another text.
        inner = replace(around, wording=around.wording
                        or around.at_import and name != "compile"
                        or exclusions.is_wording(node)
                        or exclusions.is_particular(node))
        for place, argument in enumerate(node.args):
            key = place == 0 and exclusions.is_look_up(node)
            yield from self.changes(
                argument, inner, "key" if key else "value")
        for keyword in node.keywords:
            if not exclusions.is_silent_argument(keyword):
                yield from self.changes(keyword.value, inner)
