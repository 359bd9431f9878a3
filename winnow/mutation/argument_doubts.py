"""Which changes of arguments and of their defaults may be equivalent.

It depends on what the arguments are called, and on who takes them.
"""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from winnow.model.syntax import Function, last_name, walk

from . import reasons
from .place import Place

_SIZE = re.compile(
    r"(?:^|_)(?:buf|buffer|bufsize|chunk|chunksize|blocksize|maxsize|"
    r"cachesize|timeout|delay|backoff|poll|sleep|settimeout|recv)(?:_|$)|"
    r"(?:block|cache)_size$",
    re.IGNORECASE)
_SAID = {"verbose", "verbosity", "quiet"}
# Of these, -1 is as many as there are, and so is any number below it.
_LIMIT = re.compile(r"(?:^|_)(?:max_?split|count|limit)$", re.IGNORECASE)
_LIMITED = {"split", "rsplit", "replace", "read"}


def is_size(place: Place) -> str:
    """Doubt a number whose name says that others would do."""
    node = place.inner
    if not (isinstance(node, ast.Constant)
            and type(node.value) in (int, float)):
        return ""
    outer = place.outer
    if isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.Mult):
        numbers = [each.value for each in walk(outer)
                   if isinstance(each, ast.Constant)]
        if 1024 in numbers and all(isinstance(each, (
                ast.Constant, ast.BinOp, ast.operator))
                for each in walk(outer)):
            return reasons.SIZE
    return reasons.SIZE if any(map(_SIZE.search, _names_of(place))) else ""


def is_unlimited(place: Place) -> str:
    """Doubt a number below zero that stands for no limit."""
    sign, number = place.outer, place.inner
    if isinstance(number, ast.UnaryOp):  # The sign is changed with it.
        sign, number = number, number.operand
    if not (isinstance(sign, ast.UnaryOp) and isinstance(sign.op, ast.USub)
            and isinstance(number, ast.Constant) and number.value == 1):
        return ""
    around = place.around[:place.around.index(sign) + 1]
    names = [*_names_of(Place(place.change, around, place.module))]
    call = around[-2] if len(around) > 1 else None
    return reasons.LIMIT if any(map(_LIMIT.search, names)) or (
        isinstance(call, ast.Call) and last_name(call.func) in _LIMITED
        ) else ""


def is_said(place: Place) -> str:
    """Doubt what decides how much is said to whoever runs the program."""
    keyword = place.nearest(ast.keyword)
    names = [keyword.arg] if keyword and place.inner in (
        keyword, keyword.value) else [*_names_of(place)]
    return reasons.SAID if _SAID.intersection(names) else ""


def is_given(place: Place) -> str:
    """Doubt a default that no call in the module makes use of.

    What others may call has its defaults for them.
    """
    function = place.function
    if function is None or function is not place.outer or (
            not function.name.startswith("_")
            or function.name.endswith("__")):
        return ""
    names = [*_parameters_of(function.args, place.inner)]
    calls = [node for node in walk(place.module.tree)
             if isinstance(node, ast.Call)
             and last_name(node.func) == function.name]
    return reasons.GIVEN if names and calls and all(
        _gives(call, function, names[0]) for call in calls) else ""


def _gives(call: ast.Call, function: Function, name: str) -> bool:
    """Tell whether a call gives an argument to a function."""
    plain = [each.arg for each in (*function.args.posonlyargs,
                                   *function.args.args)]
    before = len(call.args) + (plain[:1] in (["self"], ["cls"]))
    return name in plain[:before] or any(
        each.arg == name for each in call.keywords)


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


def is_strict(place: Place) -> str:
    """Doubt that two sequences are ever of different lengths."""
    keyword = place.nearest(ast.keyword)
    call = place.nearest(ast.Call)
    return reasons.STRICT if keyword and call and keyword.arg == "strict" and (
        keyword in call.keywords and last_name(call.func) == "zip") else ""


def is_unused(place: Place) -> str:
    """Doubt an argument that every function of that name leaves unused.

    Or that it puts into the words of an exception, and nowhere else.
    """
    inside: ast.AST = place.inner
    for node in reversed(place.around):
        if isinstance(node, ast.Call) and node is not inside:
            uses = [*_uses(place, node, inside)]
            if not uses or "read" in uses:
                return ""
            return reasons.MESSAGE if "said" in uses else reasons.UNUSED
        if isinstance(node, (ast.stmt, ast.Lambda)):
            return ""
        if isinstance(node, (ast.expr, ast.keyword)):
            inside = node
    return ""


def _uses(place: Place, call: ast.Call, argument: ast.AST) -> Iterator[str]:
    """Yield what each function that may be called does with an argument.

    It is "read", only "said" by an exception, or left "unused"; nothing is
    yielded of what is not known. A method may be replaced in another module:
    hence only a doubt.
    """
    is_method = isinstance(call.func, ast.Attribute)
    if is_method and last_name(getattr(call.func, "value")) not in (
            "self", "cls"):
        return
    for function in place.module.functions.get(last_name(call.func), []):
        name = _parameter(function, call, argument, is_method)
        words = [node for part in function.body for node in walk(part)
                 if isinstance(node, ast.Name) and node.id in (
                     name, "locals")]
        said = {node for part in function.body for each in walk(part)
                if isinstance(each, ast.Raise) for node in walk(each)}
        yield ("read" if not name or not said.issuperset(words)
               else "said" if words else "unused")


def _parameter(function: Function, call: ast.Call, argument: ast.AST,
               is_method: bool) -> str:
    """Return the parameter by which a function takes an argument, if any."""
    given = function.args
    plain = [each.arg for each in (*given.posonlyargs, *given.args)]
    name = ""
    if isinstance(argument, ast.keyword):
        name = argument.arg or ""
    elif argument in call.args and not any(
            isinstance(each, ast.Starred) for each in call.args):
        at = call.args.index(argument) + is_method
        name = plain[at] if at < len(plain) else ""
    named = {*plain, *(each.arg for each in given.kwonlyargs)}
    return name if name in named else ""
