"""Which changes may give an equivalent program, and why: no proof, a reason.

Such a fault is made and tried like any other. Where no test catches it, it
comes after those that are sure to be faults.
"""
from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from winnow.model.syntax import last_name, words_in

from .place import Place

COPY = "What it is given may be of that type already, or need no copy."
GUARD = "The guard is for objects that lack the attribute."
PASSED_ON = "The arguments are only passed on."
SIZE = "It is a size or a time, and many another would do."
INSTANT = "Both sides would have to be equal to the last digit."
BASE = "The base class may set nothing up."
CACHE = "It is a cache: without it, the same comes out later."
LATER = "The loop goes on, and may come to the same."
UNUSED = "No function of that name in this module uses the argument."
STRICT = "The lengths may always be equal."
TWICE = "The same default is put in elsewhere too."
DIVISION = "Where nothing is left over, both give the same."
HASH = "Objects that are equal have equal hashes still."
UNREACHED = "The exception says that this code cannot be reached."
SYSTEM = "It is for another system than this one."
FALLBACK = "It is for where an import fails."

_COPIES = {"list", "tuple", "set", "frozenset", "dict", "copy", "deepcopy",
           "float", "bool"}
_SIZE = re.compile(
    r"(?:^|_)(?:buf|buffer|bufsize|chunk|chunksize|blocksize|maxsize|"
    r"cachesize|timeout|delay|backoff|poll|sleep|settimeout|recv)(?:_|$)|"
    r"(?:block|cache)_size$",
    re.IGNORECASE)
_CLOCKS = {"time", "monotonic", "perf_counter", "now", "utcnow", "random",
           "process_time", "today"}
_CACHE = re.compile(r"cache|memo", re.IGNORECASE)
_LAZY = {"map", "filter", "zip", "enumerate", "reversed", "iter", "items",
         "keys", "values"}
_EXITS = {"__exit__", "__aexit__"}
_HASHES = {"__hash__", "__sizeof__"}
_EMPTY = {"{}", "[]", "()", "''", '""', "dict()", "list()", "set()",
          "tuple()"}


def doubt_of(place: Place) -> str:
    """Return why a change may be equivalent; "" where nothing says so."""
    function, kind = place.function, place.change.kind
    if function and function.name in _HASHES and kind != "return-none":
        return HASH
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
    if not isinstance(call, ast.Call):
        return ""
    given = call.args[0] if call.args else getattr(call.func, "value", None)
    if isinstance(given, ast.Attribute) and isinstance(
            place.outer, ast.Return):
        return ""
    if isinstance(given, ast.Call) and last_name(given.func) in _LAZY and (
            getattr(place.outer, "iter", None) is not call):
        return ""
    return COPY


def _is_guard(place: Place) -> str:
    """Doubt that a question counts which is asked of unusual objects.

    In `a and hasattr(b, "c")` it is a guard. In an `or` it lets more objects
    through, and of `self` it asks what was done before.
    """
    node = place.inner
    if not isinstance(node, ast.BoolOp):
        return ""
    for value in node.values:
        if isinstance(node.op, ast.Or) and isinstance(value, ast.UnaryOp):
            asked: ast.expr = value.operand
        else:
            asked = value if isinstance(node.op, ast.And) else node
        if (isinstance(asked, ast.Call) and last_name(asked.func) == "hasattr"
                and asked.args and last_name(asked.args[0]) != "self"
                and place.text(value) not in place.change.new):
            return GUARD
    return ""


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
                for each in ast.walk(place.module.tree))
    return TWICE if again > 1 else ""


def _is_passed_on(place: Place) -> str:
    """Doubt the order in which a context manager hands an error on."""
    call = place.inner
    if isinstance(call, ast.Call) and last_name(call.func) in _EXITS:
        return PASSED_ON
    return ""


def _is_size(place: Place) -> str:
    """Doubt a number whose name says that others would do."""
    node = place.inner
    if not (isinstance(node, ast.Constant)
            and type(node.value) in (int, float)):
        return ""
    outer = place.outer
    if isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.Mult):
        numbers = [each.value for each in ast.walk(outer)
                   if isinstance(each, ast.Constant)]
        if 1024 in numbers and all(isinstance(each, (
                ast.Constant, ast.BinOp, ast.operator))
                for each in ast.walk(outer)):
            return SIZE
    return SIZE if any(map(_SIZE.search, _names_of(place))) else ""


def _names_of(place: Place) -> Iterator[str]:
    """Yield what a number is called: by whom it is taken, or kept."""
    inside: ast.AST = place.inner
    for node in reversed(place.around[:-1]):
        if isinstance(node, ast.keyword):
            yield node.arg or ""
            return
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = (node.targets if isinstance(node, ast.Assign)
                       else [node.target])
            yield from map(last_name, targets)
            return
        if isinstance(node, ast.Call):
            yield last_name(node.func)
            return
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _parameters_of(node.args, inside)
            return
        if not isinstance(node, (ast.BinOp, ast.UnaryOp, ast.IfExp,
                                 ast.BoolOp)):
            return
        inside = node


def _parameters_of(given: ast.arguments, default: ast.AST
                   ) -> Iterator[str]:
    """Yield the parameter that has a default."""
    plain = [*given.posonlyargs, *given.args]
    for each, value in [
            *zip(plain[len(plain) - len(given.defaults):], given.defaults),
            *zip(given.kwonlyargs, given.kw_defaults)]:
        if value is default:
            yield each.arg


def _is_instant(place: Place) -> str:
    """Doubt a boundary that a clock or chance would have to meet exactly."""
    test = place.inner
    if not isinstance(test, ast.Compare):
        return ""
    for side in (test.left, *test.comparators):
        for node in ast.walk(side):
            if isinstance(node, ast.Call) and last_name(
                    node.func) in _CLOCKS and not node.args:
                return INSTANT
    return ""


def _is_base(place: Place) -> str:
    """Doubt that a base class has to be set up that is given nothing."""
    call = place.inner
    if isinstance(call, ast.Call) and not (call.args or call.keywords) and (
            "super" in words_in(call.func)):
        return BASE
    return ""


def _is_cached(place: Place) -> str:
    """Doubt that it shows when a value is not kept for the next time."""
    node = place.inner
    if isinstance(node, ast.Assign) and any(
            _CACHE.search(last_name(target)) for target in node.targets):
        return CACHE
    return ""


def _is_later(place: Place) -> str:
    """Doubt a `break` after which the rest of the loop finds the same."""
    loop = place.nearest(ast.For)
    block: list[ast.stmt] = getattr(place.outer, "body", [])
    if loop is None or loop.orelse or place.inner not in block:
        return ""
    before = block[:-1]
    return LATER if before and all(
        isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant)
        for each in before) else ""


def _is_division(place: Place) -> str:
    """Doubt a division of whole numbers that becomes one of any."""
    node, outer = place.inner, place.outer
    if not isinstance(node, ast.BinOp):
        return ""
    if isinstance(node.op, ast.FloorDiv) and isinstance(
            outer, ast.Call) and last_name(outer.func) == "int":
        return DIVISION
    value = getattr(node.right, "operand", node.right)
    return DIVISION if isinstance(node.op, (ast.Mult, ast.Div)) and (
        isinstance(value, ast.Constant) and value.value == 1) else ""


def _is_strict(place: Place) -> str:
    """Doubt that two sequences are ever of different lengths."""
    keyword = place.nearest(ast.keyword)
    call = place.nearest(ast.Call)
    return STRICT if keyword and call and keyword.arg == "strict" and (
        keyword in call.keywords and last_name(call.func) == "zip") else ""


def _is_unreached(place: Place) -> str:
    """Doubt an exception by which code says that it never comes there."""
    raised = place.nearest(ast.Raise)
    if raised is None or raised.exc is None:
        return ""
    name = last_name(raised.exc)
    # With words of its own, it tells a caller what is not supported.
    is_bare = not getattr(raised.exc, "args", ())
    return UNREACHED if name == "AssertionError" or (
        name == "NotImplementedError" and is_bare) else ""


def _is_unused(place: Place) -> str:
    """Doubt an argument that every function of that name leaves unused."""
    inside: ast.AST = place.inner
    for node in reversed(place.around):
        if isinstance(node, ast.Call) and node is not inside:
            return UNUSED if _leaves_unused(place, node, inside) else ""
        if isinstance(node, (ast.stmt, ast.Lambda)):
            return ""
        if isinstance(node, (ast.expr, ast.keyword)):
            inside = node
    return ""


def _leaves_unused(place: Place, call: ast.Call, argument: ast.AST) -> bool:
    """Tell whether what is called never reads an argument.

    A method may be replaced in another module: hence only a doubt.
    """
    found = place.module.functions.get(last_name(call.func), [])
    is_method = isinstance(call.func, ast.Attribute)
    if not found or is_method and last_name(
            getattr(call.func, "value")) not in ("self", "cls"):
        return False
    for function in found:
        name = ""
        given = function.args
        plain = [each.arg for each in (*given.posonlyargs, *given.args)]
        if isinstance(argument, ast.keyword):
            name = argument.arg or ""
        elif argument in call.args and not any(
                isinstance(each, ast.Starred) for each in call.args):
            at = call.args.index(argument) + is_method
            name = plain[at] if at < len(plain) else ""
        named = {*plain, *(each.arg for each in given.kwonlyargs)}
        if name not in named or any(
                isinstance(each, ast.Name) and each.id in (name, "locals")
                for each in ast.walk(ast.Module(function.body, []))):
            return False
    return True


_Rule = Callable[[Place], str]
_RULES: Mapping[str, tuple[_Rule, ...]] = {
    **{f"no-{name}": (_is_copy,) for name in _COPIES},
    "left-out": (_is_guard, _is_default_twice),
    "swapped": (_is_passed_on,), "boundary": (_is_instant,),
    "no-__init__": (_is_base,), "no-__init_subclass__": (_is_base,),
    "no-assign": (_is_cached,), "continue": (_is_later,),
    "operator": (_is_division,), "exception": (_is_unreached,),
    "constant": (_is_size, _is_strict)}
# Whatever is changed, it may be changed where nobody looks.
_ALWAYS: tuple[_Rule, ...] = (_is_unused,)
