"""Which changes may give an equivalent program, and why: no proof, a reason.

Such a fault is made and tried like any other. Where no test catches it, it
comes after those that are sure to be faults.
"""
from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping

from winnow.model.syntax import last_name, walk, words_in

from . import reasons
from .argument_doubts import (
    is_given,
    is_said,
    is_size,
    is_strict,
    is_unlimited,
    is_unused,
)
from .place import Place

_COPIES = {"list", "tuple", "set", "frozenset", "dict", "copy", "deepcopy",
           "float", "bool"}
_CLOCKS = {"time", "monotonic", "perf_counter", "now", "utcnow", "random",
           "process_time", "today"}
_CACHE = re.compile(r"cache|memo", re.IGNORECASE)
_LAZY = {"map", "filter", "zip", "enumerate", "reversed", "iter", "items",
         "keys", "values"}
_EXITS = {"__exit__", "__aexit__"}
_HASHES = {"__hash__", "__sizeof__"}
# What is asked so often has no answer.
_MAY_LACK = {"get", "getattr", "pop", "group", "match", "fullmatch", "search",
             "find", "next", "getenv", "setdefault"}
_EMPTY = {"{}", "[]", "()", "''", '""', "dict()", "list()", "set()",
          "tuple()"}


def doubt_of(place: Place) -> str:
    """Return why a change may be equivalent; "" where nothing says so."""
    function, kind = place.function, place.change.kind
    if function and function.name in _HASHES and kind != "return-none":
        return reasons.HASH
    for rules in (_RULES.get(kind, ()), _ALWAYS):
        for rule in rules:
            if reason := rule(place):
                return reason
    return ""


def _is_copy(place: Place) -> str:
    """Doubt a copy that is gone, but for one that a caller is given.

    Whoever returns its own list, and not a copy, lets the caller change it.
    What comes item by item can be asked for its items once only.
    """
    call = place.inner
    if not isinstance(call, ast.Call) or _is_method(call):
        return ""
    given = call.args[0] if call.args else getattr(call.func, "value", None)
    if isinstance(given, ast.Attribute) and isinstance(
            place.outer, ast.Return):
        return ""
    if isinstance(given, ast.Call) and last_name(given.func) in _LAZY and (
            getattr(place.outer, "iter", None) is not call):
        return ""
    return reasons.COPY


def _is_method(call: ast.Call) -> bool:
    """Tell whether it is such as `variable.set(value)`, which is no copy."""
    return isinstance(call.func, ast.Attribute) and call.func.attr not in (
        "copy", "deepcopy")


def _is_guard(place: Place) -> str:
    """Doubt that a question counts which is asked of unusual objects.

    In `a and hasattr(b, "c")` it is a guard. In an `or` it lets more objects
    through, and of `self` it asks what was done before.
    """
    node = place.inner
    if not isinstance(node, ast.BoolOp):
        return ""
    for value in node.values:
        if _asks_for_separators(value) and (
                place.text(value) not in place.change.new):
            return reasons.SYSTEM
        if isinstance(node.op, ast.Or) and isinstance(value, ast.UnaryOp):
            asked: ast.expr = value.operand
        else:
            asked = value if isinstance(node.op, ast.And) else node
        if (isinstance(asked, ast.Call) and last_name(asked.func) == "hasattr"
                and asked.args and last_name(asked.args[0]) != "self"
                and place.text(value) not in place.change.new):
            return reasons.GUARD
    return ""


def _is_before_loop(place: Place) -> str:
    """Doubt a question whether there is anything to go through.

    As in `if rows and a: for row in rows: ...`.
    """
    node, holder = place.inner, place.outer
    if not (isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And)
            and isinstance(holder, ast.If) and holder.test is node
            and len(holder.body) == 1 and not holder.orelse
            and isinstance(holder.body[0], ast.For)):
        return ""
    items = place.text(holder.body[0].iter)
    return reasons.EMPTY if any(
        place.text(value) == items and place.change.new == " and ".join(
            place.text(other) for other in node.values if other is not value)
        for value in node.values) else ""


def _asks_for_separators(node: ast.expr) -> bool:
    """Tell whether a question has one answer on each system."""
    return any(isinstance(each, ast.Attribute)
               and each.attr in ("sep", "altsep")
               and last_name(each.value) in ("os", "path", "posixpath",
                                             "ntpath")
               for each in walk(node))


def _is_default_twice(place: Place) -> str:
    """Doubt a default that another part of the module puts in as well."""
    node = place.inner
    if not isinstance(node, ast.BoolOp) or not isinstance(node.op, ast.Or):
        return ""
    first = node.values[0]
    default = place.text(node.values[-1])
    if default not in _EMPTY or place.change.new != place.text(first):
        return ""
    again = sum(isinstance(each, ast.BoolOp) and isinstance(each.op, ast.Or)
                and type(each.values[0]) in (ast.Name, ast.Attribute)
                and last_name(each.values[0]) == last_name(first)
                and place.text(each.values[-1]) == default
                for each in walk(place.module.tree))
    return reasons.TWICE if again > 1 else ""


def _is_default_of_call(place: Place) -> str:
    """Doubt a default for what a call may never lack: `send(a) or b""`."""
    node = place.nearest(ast.BoolOp)
    if node is None or not isinstance(node.op, ast.Or) or (
            place.inner not in (node, node.values[-1])):
        return ""
    first, last = node.values[0], node.values[-1]
    if place.inner is node and place.change.new != place.text(first):
        return ""
    is_empty = place.text(last) in _EMPTY or (
        isinstance(last, ast.Constant) and not last.value)
    return reasons.ALWAYS if is_empty and isinstance(first, ast.Call) and (
        last_name(first.func) not in _MAY_LACK) else ""


def _is_passed_on(place: Place) -> str:
    """Doubt the order in which a context manager hands an error on."""
    call = place.inner
    if isinstance(call, ast.Call) and last_name(call.func) in _EXITS:
        return reasons.PASSED_ON
    return ""


def _is_member(place: Place) -> str:
    """Doubt the value of an enumeration's member that is known by name."""
    kind, outer = place.nearest(ast.ClassDef), place.outer
    if kind is None or outer not in kind.body or not isinstance(
            outer, ast.Assign) or "Enum" not in map(last_name, kind.bases):
        return ""
    for node in walk(place.module.tree):
        if isinstance(node, ast.Attribute) and node.attr in (
                "value", "_value_") or (
                isinstance(node, ast.Call)
                and last_name(node.func) in (kind.name, "cls")):
            return ""
    return reasons.MEMBER


def _is_called_on_class(place: Place) -> str:
    """Doubt that a private method that nobody has an object for is static."""
    method, kind = place.function, place.nearest(ast.ClassDef)
    if method is None or kind is None or not method.name.startswith("_"):
        return ""
    owners = [last_name(node.value) for node in walk(place.module.tree)
              if isinstance(node, ast.Attribute) and node.attr == method.name]
    return reasons.CLASS if owners and {*owners} <= {"cls", kind.name} else ""


def _is_sorted_anyway(place: Place) -> str:
    """Doubt an order that whoever asks does not see."""
    function = place.function
    return reasons.SORTED if function and function.name == "__dir__" else ""


def _is_number_already(place: Place) -> str:
    """Doubt that a variable of the function's own has yet to be a number."""
    call, function = place.inner, place.function
    if not (isinstance(call, ast.Call) and function
            and isinstance(call.args[0], ast.Name)
            and isinstance(call.func, ast.Name)):
        return ""
    given = function.args
    names = {each.arg for each in (*given.posonlyargs, *given.args,
                                   *given.kwonlyargs)}
    return "" if call.args[0].id in names else reasons.COPY


def _is_instant(place: Place) -> str:
    """Doubt a boundary that a clock or chance would have to meet exactly."""
    test = place.inner
    if not isinstance(test, ast.Compare):
        return ""
    for side in (test.left, *test.comparators):
        for node in walk(side):
            if isinstance(node, ast.Call) and last_name(
                    node.func) in _CLOCKS and not node.args:
                return reasons.INSTANT
    return ""


def _is_base(place: Place) -> str:
    """Doubt that a base class has to be set up that is given nothing."""
    call = place.inner
    if isinstance(call, ast.Call) and not (call.args or call.keywords) and (
            "super" in words_in(call.func)):
        return reasons.BASE
    return ""


def _is_cached(place: Place) -> str:
    """Doubt that it shows when a value is not kept for the next time."""
    node = place.inner
    if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Subscript)
            and _CACHE.search(last_name(target)) for target in node.targets):
        return reasons.CACHE
    return ""


def _is_later(place: Place) -> str:
    """Doubt a `break` after which the rest of the loop finds the same."""
    loop = place.nearest(ast.For)
    block: list[ast.stmt] = getattr(place.outer, "body", [])
    if loop is None or loop.orelse or place.inner not in block:
        return ""
    before = block[:-1]
    return reasons.LATER if before and all(
        isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant)
        for each in before) else ""


def _is_division(place: Place) -> str:
    """Doubt a division of whole numbers that becomes one of any."""
    node, outer = place.inner, place.outer
    if not isinstance(node, ast.BinOp):
        return ""
    if isinstance(node.op, ast.FloorDiv) and isinstance(
            outer, ast.Call) and last_name(outer.func) == "int":
        return reasons.DIVISION
    value = getattr(node.right, "operand", node.right)
    return reasons.DIVISION if isinstance(node.op, (ast.Mult, ast.Div)) and (
        isinstance(value, ast.Constant) and value.value == 1) else ""


def _is_unreached(place: Place) -> str:
    """Doubt an exception by which code says that it never comes there."""
    raised = place.nearest(ast.Raise)
    if raised is None or raised.exc is None:
        return ""
    name = last_name(raised.exc)
    # With words of its own, it tells a caller what is not supported.
    is_bare = not getattr(raised.exc, "args", ())
    return reasons.UNREACHED if name == "AssertionError" or (
        name == "NotImplementedError" and is_bare) else ""


_Rule = Callable[[Place], str]
_RULES: Mapping[str, tuple[_Rule, ...]] = {
    **{f"no-{name}": (_is_copy,) for name in _COPIES},
    "left-out": (_is_guard, _is_before_loop, _is_default_twice,
                 _is_default_of_call),
    "swapped": (_is_passed_on,), "boundary": (_is_instant,),
    "no-__init__": (_is_base,), "no-__init_subclass__": (_is_base,),
    "no-assign": (_is_cached,), "continue": (_is_later,),
    "operator": (_is_division,), "exception": (_is_unreached,),
    "no-sorted": (_is_sorted_anyway,), "no-int": (_is_number_already,),
    "argument": (is_said,),
    "constant": (_is_member, is_size, is_strict, is_unlimited, is_said,
                 is_given, _is_default_of_call),
    "no-staticmethod": (_is_called_on_class,)}
# Whatever is changed, it may be changed where nobody looks.
_ALWAYS: tuple[_Rule, ...] = (is_unused,)
