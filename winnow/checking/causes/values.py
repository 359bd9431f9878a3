"""Values that a test uses or compares in a way that does not fit."""
from __future__ import annotations

import ast
import re
from difflib import get_close_matches

from .asked import (
    WORDS,
    Names,
    comes_of_code,
    doubts_answers,
    last_part,
    only_method,
    place_of,
    some_of,
)
from .failure import Failure
from .known_modules import NEAR
from .patches import around
from .source import code_of, quoted, text_of

_TRUTHS = {"assertTrue": "something true", "assertFalse": "something false",
           "assertIsNone": "None", "assertIsNotNone": "something"}
_LITERAL = (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.UnaryOp)
_CHECKS = ("assert_", "called", "call_", "await_", "mock_calls",
           "return_value", "side_effect", "method_calls", "reset_mock")


def uncalled_method(failure: Failure) -> Names | None:
    """A method that is compared, or used, and was not called."""
    name = next((each["text"] for each in failure.facts.get("compared", ())
                 if each["sort"] == "function"), "")
    found = (re.search(r"<bound method (?:[\w.<>]*\.)?(\w+)", failure.words)
             or re.search(r"<function (?:[\w.<>]*\.)?(\w+) at", failure.words))
    name = name or (found[1] if found else "")
    if not name and (shown := re.match(
            r"assert (?:not )?(\w+)\b(?! *\()", failure.words)):
        name = shown[1] if any(
            members.get(shown[1]) in ("method", "static")
            for members in failure.subject.all_members()) else ""
    if not name and re.search(r"'(?:method|function)' (?:object )?|"
                              r"of type 'method'", failure.words):
        name = next((held["text"] for held in (
            failure.fact("asked", "is"), failure.fact("object"))
            if held and held["sort"] == "function"), only_method(failure))
    if not name and re.search(r"'(method|function|builtin_function_or_method)'"
                              r" (?:object )?|of type 'method'|method' has "
                              r"no len", failure.words):
        name = failure.fact("asked", "is", "text") or failure.fact(
            "object", "text") or ""
        name = name or only_method(failure)
    nodes = [*failure.parts, *(
        ast.walk(failure.function) if failure.function else ())]
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        if isinstance(node, (ast.Attribute, ast.Name)) and name and (
                last_part(node) == name and id(node) not in called):
            home = next(failure.subject.homes(name), None)
            sort = ("function" if home and home.sort in
                    ("function", "imported") else "method")
            end = "(…)" if failure.subject.wants_more(name) else "()"
            return {"name": name, "sort": sort, "line": str(node.lineno),
                    "write": f"{code_of(node)}{end}"}
    return None


def check_of_a_value(failure: Failure) -> Names | None:
    """A check of a mock that is asked of the value that the mock gives."""
    node = _lacking(failure)
    if node is None or not node.attr.startswith(_CHECKS) or (
            text_of(node.value) in ("self", "cls")
            or failure.fact("object", "sort") == "mock"):
        return None
    name = text_of(node.value).rpartition(".")[2].removesuffix("()")
    for patch in around(failure):
        if patch.name == name and patch.how in ("with", "decorator"):
            bound = patch.bound or name.strip("_")
            line = quoted(failure.clues["line"].split("\n")[0]).replace(
                text_of(node.value), bound, 1)
            as_name = ("" if patch.bound else f"Give the mock a name, as in "
                       f"`with patch(…) as {bound}:`, and write ")
            return {"of": text_of(node.value), "name": node.attr,
                    "kind": _kind(failure), "write":
                    f"{as_name or 'Write '}{line}"}
    return {"of": text_of(node.value), "name": node.attr,
            "kind": _kind(failure), "write": "Ask the mock that the patch "
            f"gives: mock.{node.attr}"}


def absent_member(failure: Failure) -> Names | None:
    """An attribute that a class of the modules has not."""
    node = _lacking(failure)
    if node is None:
        return None
    kind = (failure.fact("object", "text")
            if failure.fact("object", "sort") == "class"
            else failure.fact("object", "kind")) or ""
    members = failure.subject.members(kind)
    if not members:
        return None
    near = (get_close_matches(node.attr, list(members), 1, NEAR)
            or [name for name in members if node.attr in name])
    home = failure.subject.class_in(kind)
    function = next(failure.subject.defining(node.attr), None)
    if function and not near:
        return {"class": kind, "name": node.attr, "file":
                failure.subject.file_of(home), "write":
                f"{node.attr} is a {function.sort} of "
                f"{failure.subject.file_of(function.module)}"}
    sort = members.get(near[0], "") if near else ""
    call = "()" if sort in ("method", "static") else ""
    return {"class": kind, "name": node.attr,
            "file": failure.subject.file_of(home), "write": (
                f"Write {code_of(node.value)}.{near[0]}{call}" if near else
                f"It has {some_of(sorted(members, key=_is_private))}")}


def _is_private(name: str) -> bool:
    """Tell whether a name is one for its own class alone."""
    return name.startswith("_")


def asked_of_another(failure: Failure) -> Names | None:
    """An attribute that a value of the test has not."""
    node = _lacking(failure)
    kind = failure.fact("object", "kind")
    if node is None or not kind or failure.fact("object", "sort") == "mock":
        return None
    of = text_of(node.value)
    if kind == "NoneType" and failure.fact("object", "text") != "None":
        return None
    if of in ("self", "cls"):
        return None
    home = failure.fact("object", "home")
    value = failure.fact("object", "text") or ""
    if repr(node.attr) in (failure.fact("object", "keys") or ()):
        return {"of": code_of(node.value), "kind": "a dict", "value": "",
                "name": f"attribute {node.attr}", "where": "",
                "write": f'{node.attr} is a key of it: write '
                         f'{code_of(node.value)}["{node.attr}"]'}
    owner = next((each for each in failure.subject.classes()
                  if node.attr in failure.subject.members(each)), "")
    near = get_close_matches(
        node.attr, failure.fact("object", "near") or [], 1, NEAR)
    if near:
        return {"of": code_of(node.value), "kind": _kind(failure),
                "name": node.attr, "value": "", "where": "",
                "write": f"Write {code_of(node.value)}.{near[0]}"}
    is_told = value not in (kind, "None", "")
    return {"of": code_of(node.value), "kind": _kind(failure),
            "name": node.attr,
            "value": f" ({quoted(value)})" if is_told else "",
            "where": (f" It comes of {place_of(home)}." if home else
                      _given(failure, of)),
            "write": (f"{node.attr} belongs to {owner}: ask that" if owner
                      else f"Use it as {_kind(failure)}, or ask for "
                      f"{node.attr} where it belongs")}


def truth(failure: Failure) -> Names | None:
    """An answer that is true or false, or None, and is to be otherwise."""
    if failure.error != "AssertionError" or failure.ends_inside or (
            not failure.subject.is_exercise or not failure.runs_code
            or doubts_answers(failure)):
        return None
    for node in failure.parts:
        if isinstance(node, ast.Call) and last_part(node.func) in _TRUTHS and (
                node.args) and comes_of_code(failure, node.args[0]):
            texts = [each["text"] for each in failure.facts.get(
                "compared", ()) if each["text"] != each["kind"]]
            if texts:
                return {"gives": quoted(texts[0]), "call": _short(
                    node.args[0]), "awaits": _TRUTHS[last_part(node.func)]}
        if isinstance(node, ast.Assert) and (told := re.match(
                r"assert (?:not )?(True|False|None)\b", failure.words)) and (
                    not isinstance(node.test, ast.Compare)
                    and comes_of_code(failure, node.test)):
            asked = node.test
            is_not = isinstance(asked, ast.UnaryOp)
            return {"gives": told[1], "call": _short(
                asked.operand if isinstance(asked, ast.UnaryOp) else asked),
                "awaits": "something false" if is_not else "something true"}
    return None


def _short(node: ast.expr) -> str:
    """Return the code of an expression, if it is short."""
    text = code_of(node)
    if len(text) > 60 and isinstance(node, ast.Call):
        return f"{code_of(node.func)}(…)"
    return text if len(text) <= 60 else "the call"


def _lacking(failure: Failure) -> ast.Attribute | None:
    """Return the expression of the test that asks for what is not there."""
    if failure.error != "AttributeError" or failure.ends_inside is not None:
        return None
    name = failure.fact("object", "name")
    return next((node for node in failure.parts
                 if isinstance(node, ast.Attribute) and node.attr == name),
                None)


def _kind(failure: Failure) -> str:
    """Return what an object is, in words."""
    kind = failure.fact("object", "kind") or "value"
    return WORDS.get(kind, f"an object of the class {kind}")


def _given(failure: Failure, name: str) -> str:
    """Return where the test gives a name its value, as a sentence."""
    for node in ast.walk(failure.around or failure.page.tree):
        if isinstance(node, ast.Assign) and text_of(
                node.targets[0]) == name and node.lineno < failure.line:
            value = " ".join(text_of(node.value).split())
            if len(value) <= 60:
                return f" Line {node.lineno} gives it: {name} = {value}."
    return ""
