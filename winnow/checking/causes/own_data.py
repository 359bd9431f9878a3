"""What a test compares with data of its own that does not hold it."""
from __future__ import annotations

import ast
import re
from difflib import get_close_matches

from .asked import (
    WORDS,
    Names,
    arguments_of,
    compared_at,
    difference,
    doubts_answers,
    place_of,
    sides_of,
    some_of,
)
from .failure import Failure
from .source import quoted, text_of


def key_of_data(failure: Failure) -> Names | None:
    """A key, or a place, that the test's data has not."""
    if failure.error not in ("KeyError", "IndexError") or (
            failure.ends_inside is not None):
        return None
    asked = failure.facts.get("asked") or {}
    held = asked.get("is")
    if not held:
        return None
    of = quoted(asked["of"])
    home = held.get("home")
    where = ("" if not home else f" (in {home[0]})" if home[1] == of
             else f" ({place_of(home)})")
    if failure.error == "IndexError":
        length = held.get("length", 0)
        last = (f"the last of them is {of}[{length - 1}]" if length
                else "it is empty")
        return {"of": of + where,
                "key": quoted(asked["text"]).removeprefix(of),
                "has": f"it has {length} item{'s' * (length != 1)}, and "
                       f"{last}" if length else "it is empty",
                "write": f"Write {of}[{length - 1}]" if length
                else "Give it what the test needs"}
    keys = held.get("keys", [])
    near = get_close_matches(failure.words, keys, 1, 0.6)
    only = ("its only key is " if len(keys) == 1 else "its keys are ")
    return {"of": of + where, "key": quoted(f"key {failure.words}"),
            "has": (only + quoted(some_of(keys))) if keys else "it is empty",
            "write": quoted(f"Write {of}[{near[0]}]") if near else
            "Ask it for what it has, or write the value out where you need "
            f"it in place of {quoted(asked['text'])}"}


def none_in_data(failure: Failure) -> Names | None:
    """A value of the test's data that is None, and is asked for more."""
    asked = failure.facts.get("asked") or {}
    of = asked.get("of", "")
    if failure.ends_inside is not None or "NoneType" not in failure.words or (
            not asked or failure.error not in ("AttributeError", "TypeError")):
        return None
    whole = next((text_of(node) for node in failure.parts
                  if isinstance(node, ast.Call)
                  and text_of(node.func) == asked["text"]), asked["text"])
    found = re.fullmatch(r"(?P<owner>.+)\.get\((?P<key>'[^']+'|\"[^\"]+\"), "
                         r".+\)", of)
    if found:
        better = whole.replace(
            of, f"({found['owner']}.get({found['key']}) or {{}})")
        return {"of": quoted(of),
                "why": "the key is there, with the value None, and get() "
                "gives its default for a key that is absent",
                "write": quoted(better)}
    found = re.fullmatch(r"(?P<owner>.+)\.get\((?P<key>'[^']+')\)", of)
    if found:
        return {"of": quoted(of), "why": "the record has no such key, or has "
                "it with the value None", "write": quoted(
                    whole.replace(of, f"({of} or {{}})"))}
    found = re.fullmatch(r"(?P<owner>.+)\[(?P<key>'[^']+')\]", of)
    if found:
        better = whole.replace(of, f"({of} or {{}})")
        if asked["text"] == f"{of}['key']":
            better = f"({of} or {{}}).get('key')"
        return {"of": quoted(of),
                "why": "the record has that key, with the value None",
                "write": quoted(better)}
    return None


def key_of_another(failure: Failure) -> Names | None:
    """A key that is asked of a string, a list or the like."""
    asked = failure.facts.get("asked") or {}
    held = asked.get("is") or {}
    if failure.error != "TypeError" or failure.ends_inside or not re.search(
            r"indices must be|is not subscriptable", failure.words) or (
                held.get("kind") not in WORDS):
        return None
    of = quoted(asked["of"])
    key = quoted(asked["text"]).removeprefix(of)[1:-1]
    kind = held["kind"]
    value = held.get("text", "")
    write = {"str": f"Use {of} as the string that it is",
             "list": f"Ask it for an item by its number, as in {of}[0]",
             "tuple": f"Ask it for an item by its number, as in {of}[0]",
             }.get(kind, f"Ask for {key} where it belongs")
    return {"of": of, "kind": WORDS[kind], "key": key,
            "line": str(failure.line), "write": write, "value":
            f" ({quoted(value)})" if kind in ("str", "int") else ""}


def own_data(failure: Failure) -> Names | None:
    """An expectation that does not fit the data of the test itself."""
    if failure.error != "AssertionError" or failure.ends_inside or (
            not failure.subject.is_exercise or not failure.runs_code):
        return None
    compared = compared_at(failure)
    if doubts_answers(failure):
        return None
    sides = sides_of(failure)
    if not sides or len(compared) != 2 or compared[0] == compared[1]:
        return None
    got, expected = sides
    texts = compared
    first = text_of(arguments_of(failure)[0]) == text_of(got)
    gives, awaits = texts if first else texts[::-1]
    return {"gives": quoted(gives), "awaits": quoted(awaits),
            "differs": difference(gives, awaits)}
