"""What can go wrong in a call: another function, an argument left out."""
from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

from . import exclusions
from .source_text import Change, SourceText, brief

_TWINS = {
    "min": "max", "max": "min", "any": "all", "all": "any",
    "startswith": "endswith", "endswith": "startswith", "lower": "upper",
    "upper": "lower", "lstrip": "rstrip", "rstrip": "lstrip",
    "find": "rfind", "rfind": "find", "index": "rindex", "floor": "ceil",
    "ceil": "floor", "removeprefix": "removesuffix",
    "removesuffix": "removeprefix", "union": "intersection",
    "intersection": "union", "ljust": "rjust", "rjust": "ljust",
    "issubset": "issuperset", "issuperset": "issubset",
}
# Calls whose result is of the kind of what they are given.
_WRAPPERS = {"sorted", "set", "abs", "int", "round", "str", "tuple", "list",
             "dict", "frozenset", "deepcopy", "float", "bool", "copy"}
_STEPS = {"strip", "casefold", "copy", "title", "capitalize", "replace",
          "swapcase", "expandtabs", "resolve", "expanduser", "splitlines",
          "absolute", "normalize", "zfill"}


def called(text: SourceText, node: ast.Call, name: str, at_import: bool
           ) -> Iterator[Change]:
    """Call something like it, or leave the call out."""
    func = node.func
    end = text.span(func)[1]
    method = isinstance(func, ast.Attribute)
    if at_import:
        return
    if name in _TWINS and len(node.args) + method > 0:
        yield text.between(
            (end - len(name), end), _TWINS[name], "twin",
            f"`{name}` has become `{_TWINS[name]}`.")
    elif (name in _WRAPPERS and len(node.args) == 1
            and not isinstance(node.args[0],
                               (ast.Starred, ast.GeneratorExp))
            and not (name == "set" and _is_view(node.args[0]))
            and not node.keywords
            and (not method or name in ("copy", "deepcopy"))):
        yield text.change(
            node, text.inside(node.args[0]), f"no-{name}",
            f"The call of `{name}()` is gone.")
    elif name in _STEPS and isinstance(func, ast.Attribute):
        yield text.change(
            node, text.inside(func.value), f"no-{name}",
            f"The call of `{name}()` is gone.")


def arguments(text: SourceText, node: ast.Call, name: str, at_import: bool
              ) -> Iterator[Change]:
    """Exchange arguments; hand one fewer on."""
    args = node.args
    for left, right in zip(args, args[1:]):
        if (_is_plain(left) and _is_plain(right)
                and not at_import
                and text.of(left) != text.of(right) and name not in (
                    "isinstance", "issubclass", "max", "min", "print",
                    "getattr", "setattr", "hasattr", "super")):
            between = text.source[text.span(left)[1]:text.span(right)[0]]
            yield text.between(
                (text.span(left)[0], text.span(right)[1]),
                text.of(right) + between + text.of(left), "swapped",
                f"{brief(text.of(left))} and {brief(text.of(right))} "
                f"have changed places in the call of `{name}()`.")
            break
    for keyword in node.keywords:
        value = keyword.value
        given = brief(text.of(value))
        if keyword.arg is None and isinstance(
                value, (ast.Name, ast.Attribute, ast.Call)):
            yield text.change(value, "{}", "not-handed-on",
                              f"{given} is not handed on to `{name}()`.")
        elif (_is_plain(value) and keyword.arg
                and not exclusions.is_silent_argument(keyword)):
            yield text.change(
                value, "None", "argument",
                f"`{keyword.arg}` is None, not {given}, "
                f"in the call of `{name}()`.")
    for argument in args:
        if isinstance(argument, ast.Starred) and _is_plain(
                argument.value):
            yield text.change(
                argument.value, "()", "not-handed-on",
                f"{brief(text.of(argument))} is not handed on "
                f"to `{name}()`.")


def _is_view(node: ast.expr) -> bool:
    """Tell whether an expression asks a dict for its keys, a set already."""
    return (isinstance(node, ast.Call) and not node.args
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in ("keys", "items"))


def _is_plain(node: ast.expr) -> bool:
    """Tell whether an argument is a variable or what is read from one."""
    return isinstance(node, (ast.Attribute, ast.Subscript)) or (
        isinstance(node, ast.Name) and not hasattr(builtins, node.id))
