"""Answers that a mock was given in a way in which it does not use them."""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .asked import Names
from .failure import Failure
from .patches import around
from .source import FUNCTIONS, code_of, text_of

_WRONG = ("TypeError", "AttributeError", "StopIteration")


def dict_of_answers(failure: Failure) -> Names | None:
    """A dict as side_effect, of which each call gets the next key."""
    if failure.error not in _WRONG:
        return None
    for given in _given(failure, "side_effect"):
        if isinstance(given, ast.Dict):
            return {"given": "a dict", "table": "answers"}
        values = (_values(failure, given.id)
                  if isinstance(given, ast.Name) else [])
        if values and all(isinstance(each, ast.Dict) for each in values):
            name = code_of(given)
            return {"given": f"{name}, a dict", "table": name}
    return None


def function_as_an_answer(failure: Failure) -> Names | None:
    """A function as return_value, which the code gets as its data."""
    if not re.search(r"'function' object (?:is not|has no)|<function ",
                     failure.words):
        return None
    for given in _given(failure, "return_value"):
        if isinstance(given, ast.Lambda):
            return {"given": "the lambda"}
        if isinstance(given, ast.Name) and any(
                isinstance(node, FUNCTIONS) and node.name == given.id
                for node in failure.page.nodes):
            return {"given": given.id}
    return None


def call_for_its_arguments(failure: Failure) -> Names | None:
    """A mock's call_args, compared with the only argument of the call."""
    if failure.error != "AssertionError" or not re.search(
            r"\bcall\(.*\) [!=]= |[!=]= call\(", failure.words):
        return None
    for node in failure.parts:
        if isinstance(node, ast.Call) and len(node.args) > 1:
            sides = node.args[:2]
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        else:
            continue
        for held, other in (sides, sides[::-1]):
            if isinstance(held, ast.Attribute) and (
                    held.attr == "call_args" and isinstance(other, (
                        ast.Constant, ast.Name, ast.JoinedStr))):
                mock = code_of(held.value)
                return {"of": code_of(held), "write":
                        f"{mock}.assert_called_with({code_of(other)})"}
    return None


def _given(failure: Failure, name: str) -> Iterator[ast.expr]:
    """Yield what mocks are given by a keyword, or by an attribute later."""
    holders = {id(each): each for each in (failure.function, *(
        patch.where for patch in around(failure))) if each}
    calls = [patch.call for patch in around(failure)]
    for holder in holders.values():
        for node in ast.walk(holder):
            if isinstance(node, ast.Assign) and text_of(
                    node.targets[0]).endswith(f".{name}"):
                yield node.value
            elif isinstance(node, ast.Call):
                calls.append(node)
    for call in calls:
        yield from (each.value for each in call.keywords if each.arg == name)


def _values(failure: Failure, name: str) -> list[ast.expr]:
    """Return all that a name of the test, or else of its file, is set to."""
    for holder in (failure.function, failure.page.tree):
        found = [node.value for node in ast.walk(holder)
                 if isinstance(node, ast.Assign)
                 and text_of(node.targets[0]) == name] if holder else []
        if found:
            return found
    return []
