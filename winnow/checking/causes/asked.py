"""What a failed assertion compares, read off its code."""
from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .failure import Failure
from .source import quoted, text_of

Names = Mapping[str, str]
EQUALS = ("assertEqual", "assertEquals", "assertListEqual", "assertIs",
          "assertDictEqual", "assertTupleEqual", "assertCountEqual",
          "assertMultiLineEqual", "assertSetEqual")
WORDS = {
    "str": "a string", "int": "a number", "float": "a number",
    "NoneType": "None", "bool": "a bool", "dict": "a dict", "list": "a list",
    "tuple": "a tuple", "set": "a set", "function": "a function",
    "method": "a method", "module": "a module"}


def doubts_answers(failure: Failure) -> bool:
    """Tell whether a double may have given what nobody meant."""
    return any(call["answer"]["sort"] == "mock" or call.get("same") is not None
               for call in failure.facts.get("calls", ()))


def arguments_of(failure: Failure) -> Sequence[ast.expr]:
    """Return the two sides of the comparison that failed."""
    for node in failure.parts:
        if isinstance(node, ast.Call) and last_part(node.func) in EQUALS:
            return node.args
        if isinstance(node, ast.Assert) and isinstance(
                node.test, ast.Compare) and len(node.test.ops) == 1:
            return [node.test.left, node.test.comparators[0]]
    return ()


def comes_of_code(failure: Failure, node: ast.expr) -> bool:
    """Tell whether a value comes of the code under test, as far as told."""
    for part in ast.walk(node):
        name = (part.attr if isinstance(part, ast.Attribute) else
                part.id if isinstance(part, ast.Name) else "")
        meant = failure.page.meant_by(part) if isinstance(
            part, (ast.Name, ast.Attribute)) else ""
        if meant and failure.subject.find(meant) and isinstance(
                getattr(part, "ctx", None), ast.Load) and (
                    meant.split(".")[0] in failure.subject.modules):
            return True
        if isinstance(part, ast.Name) and name and any(
                isinstance(each, ast.Assign)
                and text_of(each.targets[0]) == name
                and comes_of_code(failure, each.value)
                for each in ast.walk(failure.function or failure.page.tree)):
            return True
        if isinstance(part, ast.Attribute) and any(
                name in members for members in failure.subject.all_members()):
            return True
    return False


def last_part(node: ast.expr) -> str:
    """Return the last name of an expression."""
    return text_of(node).rpartition(".")[2]


def only_method(failure: Failure) -> str:
    """Return the one method of the modules that a line does not call."""
    for nodes in (failure.parts, list(
            ast.walk(failure.function)) if failure.function else []):
        called = {id(node.func) for node in nodes
                  if isinstance(node, ast.Call)}
        names = {node.attr for node in nodes
                 if isinstance(node, ast.Attribute) and id(node) not in called
                 and any(members.get(node.attr) in ("method", "static")
                         for members in failure.subject.all_members())}
        if names:
            return names.pop() if len(names) == 1 else ""
    return ""


def compared_at(failure: Failure) -> list[str]:
    """Return the two values that were compared, where both are plain."""
    facts = failure.facts.get("compared", ())
    if facts:
        return [each["text"] for each in facts
                if not each["sort"] and each["text"] != each["kind"]
                and not each["text"].endswith("…")]
    told = re.match(r"assert (.+) == (.+)(?:\n|\Z)", failure.words)
    try:
        return [repr(ast.literal_eval(text)) for text in told.groups()
                ] if told else []
    except (ValueError, SyntaxError):
        return []


def difference(gives: str, awaits: str) -> str:
    """Return what one list has and the other lacks, in words."""
    try:
        got, expected = ast.literal_eval(gives), ast.literal_eval(awaits)
    except (ValueError, SyntaxError):
        return ""
    if not isinstance(got, list) or not isinstance(expected, list):
        return ""
    more = [each for each in got if each not in expected]
    less = [each for each in expected if each not in got]
    if more and not less:
        return f", which leaves out {quoted(some_of(list(map(repr, more))))}"
    if less and not more:
        return f", and {quoted(some_of(list(map(repr, less))))} too"
    return ""


def sides_of(failure: Failure) -> tuple[ast.expr, ast.expr] | None:
    """Return the side of a comparison that the code gives, and the other."""
    given = arguments_of(failure)
    if len(given) < 2:
        return None
    for one, other in (given[:2], given[1::-1]):
        if comes_of_code(failure, one) and not comes_of_code(
                failure, other):
            return one, other
    return None


def place_of(home: Sequence[str]) -> str:
    """Return where a value is written."""
    return f"{home[1]} in {home[0]}"


def some_of(names: Sequence[Any]) -> str:
    """Return some names in words, not too many."""
    some = list(map(str, names))
    if len(some) > 6:
        return ", ".join(some[:6]) + ", …"
    return " and ".join(filter(None, [", ".join(some[:-1]), some[-1]]))
