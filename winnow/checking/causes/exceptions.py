"""What a test asks of an exception: one that is not raised, or another."""
from __future__ import annotations

import ast
import re

from .asked import (
    Names,
    arguments_of,
    comes_of_code,
    doubts_answers,
    last_part,
)
from .failure import Failure
from .source import code_of, quoted, text_of

_WITHS = (ast.With, ast.AsyncWith)
_RAISES = ("assertRaises", "assertRaisesRegex", "raises")


def not_raised(failure: Failure) -> Names | None:
    """An error that is awaited of a call that the right code answers."""
    awaited = re.search(r"(\w+) not raised|DID NOT RAISE <class '([\w.]+)'>|"
                        r"DID NOT RAISE (\w+)", failure.words)
    if not awaited or not failure.subject.is_exercise or (
            not failure.runs_code or failure.statement is None
            or doubts_answers(failure)):
        return None
    nodes = [node for node in ast.walk(failure.statement)
             if isinstance(node, ast.Call)
             and last_part(node.func) not in _RAISES]
    call = next((code_of(node) for node in nodes
                 if comes_of_code(failure, node)), "")
    for node in failure.parts:
        if isinstance(node, ast.Call) and last_part(node.func) in _RAISES and (
                len(node.args) > 1):
            call = (f"{code_of(node.args[1])}"
                    f"({', '.join(map(code_of, node.args[2:]))})")
    if not call or len(call) > 80:
        return None
    name = (awaited[1] or awaited[2] or awaited[3]).rpartition(".")[2]
    return {"call": call, "error": name}


def error_itself(failure: Failure) -> Names | None:
    """An error that is compared with another, or with a string."""
    if failure.error not in ("AssertionError", "TypeError",
                             "AttributeError"):
        return None
    compared = list(failure.facts.get("compared", ()))
    of_errors = [each for each in compared if each["sort"] == "error"]
    asked = failure.facts.get("object") or failure.fact("asked", "is") or {}
    if not of_errors and asked.get("sort") == "error":
        of_errors = [asked]
    held = next((text_of(node) for node in failure.parts
                 if isinstance(node, ast.Attribute)
                 and node.attr in ("exception", "value")
                 and isinstance(node.value, ast.Name)), "")
    if of_errors and not held and len(arguments_of(failure)) > 1:
        held = code_of(arguments_of(failure)[compared.index(of_errors[0])]
                       if of_errors[0] in compared[:2]
                       else arguments_of(failure)[0])
    if not of_errors and not (held and re.search(
            r"\b\w+(?:Error|Exception)\(.*\) [!=]= |"
            r" [!=]= \w+(?:Error|Exception)\(|"
            r"argument of type '\w+(?:Error|Exception)'|"
            r"'\w+(?:Error|Exception)' object ", failure.words)):
        return None
    if not held:
        return None
    if any(each["sort"] == "class" for each in compared) or (
            re.search(r"!= <class '", failure.words)):
        other = next((code_of(node) for node in arguments_of(failure)
                      if code_of(node) != held), "…")
        return {"error": held, "write": f"assert type({held}) is {other}"
                if failure.is_of_pytest
                else f"self.assertIs(type({held}), {other})"}
    if "argument of type" in failure.words:
        return {"error": held, "write": quoted(failure.clues["line"].replace(
            held, f"{held}.args"))}
    arguments = quoted(", ".join(
        of_errors[0].get("args", ()))) if of_errors else ""
    if not of_errors and (told := re.search(
            r"\w+(?:Error|Exception)\((.*?)\) ==", failure.words)):
        arguments = quoted(told[1])
    return {"error": held, "write": failure.equal(
        f"{held}.args", f"({arguments},)" if arguments else "(…,)")}


def repr_of_an_error(failure: Failure) -> Names | None:
    """The repr of an error, compared with what it is not."""
    for node in failure.parts:
        if failure.error == "AssertionError" and isinstance(
                node, ast.Call) and text_of(node.func) == "repr" and (
                    node.args and re.search(
                        r"\w+(?:Error|Exception)\(", failure.words)):
            return {"write": f"{code_of(node.args[0])}.args",
                    "error": code_of(node)}
    return None


def args_as_a_value(failure: Failure) -> Names | None:
    """The tuple of an error's arguments, compared with one of them."""
    for node in failure.parts:
        if failure.error == "AssertionError" and isinstance(
                node, ast.Attribute) and node.attr == "args" and (
                    found := re.search(
                        r"\((?P<item>'[^']*'|\d+),\) [!=]= (?P=item)"
                        r"|(?P<one>'[^']*'|\d+) [!=]= \((?P=one),\)",
                        failure.words)):
            item = quoted(found["item"] or found["one"])
            return {"error": code_of(node), "write": failure.equal(
                code_of(node), f"({item},)")}
    return None


def made_error_awaited(failure: Failure) -> Names | None:
    """An error that is made, or its name, where its kind is awaited."""
    if not re.search(r"must be an exception type|must be a BaseException type|"
                     r"catching classes that do not inherit",
                     failure.words):
        return None
    for node in failure.parts:
        if isinstance(node, ast.Call) and last_part(node.func) in _RAISES and (
                node.args):
            given = node.args[0]
            kind = (code_of(given.func) if isinstance(given, ast.Call)
                    else given.value if isinstance(given, ast.Constant)
                    else "KeyError")
            return {"given": code_of(given), "write": failure.raising(
                str(kind))}
    return None


def wrong_call(failure: Failure) -> Names | None:
    """A call of the code under test with other arguments than it takes."""
    found = re.match(r"(?:[\w.]*\.)?(?P<name>\w+)(?P<made>\.__init__)?\(\) "
                     r"(?:missing|takes|got)", failure.words)
    if failure.error != "TypeError" or not found or failure.ends_inside:
        return None
    name = found["name"]
    if name == "__init__":
        name = failure.words.partition(".")[0]
    signature = failure.subject.signature(name)
    if not signature or found["name"].startswith("test"):
        return None
    return {"name": name, "file": signature[0], "line": str(signature[1]),
            "signature": signature[2]}


def another_call(failure: Failure) -> Names | None:
    """A call of a mock with other arguments than the test expects."""
    found = re.search(r"Expected: (?P<name>\w+)\((?P<expected>.*)\)\n\s*"
                      r"Actual: \w+\((?P<actual>.*)\)", failure.message)
    if not found or not failure.subject.is_exercise or (
            not failure.runs_code or len(failure.message) > 600):
        return None
    return {"mock": found["name"], "actual": quoted(found["actual"]),
            "expected": quoted(found["expected"])}


def text_of_key_error(failure: Failure) -> Names | None:
    """The text of a KeyError, which has quotes around the key."""
    found = (re.search(r"\"'(?P<key>[^']*)'\" [!=]= (?P<other>.*)",
                       failure.words)
             or re.search(r"['\"](?P<other>.*)['\"] [!=]= "
                          r"\"'(?P<key>[^']*)'\"", failure.words))
    held = re.search(r"([\w.]+\.(?:exception|value))\b",
                     failure.clues["line"]) or re.search(
        r"str\(([\w.]+\.(?:exception|value))\)", failure.clues["test"])
    by_regex = re.search(r"does not match \"'(?P<key>[^']*)'\"",
                         failure.words)
    if by_regex:
        check = failure.equal(
            "caught.value.args" if failure.is_of_pytest
            else "caught.exception.args", f'("{by_regex["key"]}",)')
        return {"key": by_regex["key"], "write": (
            f"`{failure.raising('KeyError')[:-1]} as caught:` and, below its "
            f"block, `{check}`")}
    if not found:
        return None
    other = found["other"].strip("'\"")
    if other != found["key"] and "KeyError" not in other and not held:
        return None
    error = held[1] if held else "caught.exception"
    check = failure.equal(f"{error}.args", f'("{found["key"]}",)')
    return {"key": found["key"], "write": f"`{check}`"}


def too_early_a_call(failure: Failure) -> Names | None:
    """A call that is over before assertRaises watches."""
    for node in failure.parts:
        if (isinstance(node, ast.Call) and last_part(node.func) in _RAISES
                and len(node.args) > 1
                and "not raised" not in failure.words):
            call = node.args[1]
            if isinstance(call, ast.Call) and (
                    last_part(call.func) != "partial"):
                return _awaited(failure, node, call)
            if not isinstance(call, ast.Call) and (
                    "is not callable" in failure.words) and (
                        failure.error == "TypeError"):
                return {"write": "the function, and after it its arguments"}
    if failure.ends_inside is None or failure.function is None:
        return None
    for node in ast.walk(failure.function):
        if isinstance(node, _WITHS) and node.lineno > failure.own_line and (
                _awaits(node, failure)) and failure.place is failure.code:
            line = quoted(failure.clues["line"].split("\n")[0])
            return {"write": f"`{line}` in the block of "
                             f"`{text_of(node.items[0].context_expr)}`"}
    return None


def another_error(failure: Failure) -> Names | None:
    """An error of another kind than the test awaits."""
    step = failure.ends_inside
    if step is None or failure.function is None:
        return None
    for node in ast.walk(failure.function):
        if not isinstance(node, _WITHS) or not (
                node.lineno <= failure.own_line <= (node.end_lineno or 0)):
            continue
        for item in node.items:
            call = item.context_expr
            if isinstance(call, ast.Call) and last_part(call.func) in _RAISES:
                awaited = text_of(call.args[0]) if call.args else "…"
                return {"file": step.file, "line": str(step.line),
                        "error": failure.error, "awaited": awaited,
                        "at": str(node.lineno),
                        "write": failure.raising(failure.error)}
    return None


def string_for_a_tuple(failure: Failure) -> Names | None:
    """A string in parentheses, of which the code takes the first letter.

    The error names that letter; the string is written in the tests' file.
    """
    step = failure.ends_inside
    letter = failure.words.strip("'\"")
    if step is None or failure.error != "KeyError" or len(letter) != 1:
        return None
    written = {node.value for node in failure.page.nodes
               if isinstance(node, ast.Constant)}
    for name, text in step.given.items():
        word = text[1:-1]
        if word in written and word[:1] == letter and (
                len(word) > 1 and text[0] == text[-1] in "'\""):
            return {"given": f'("{word}")', "name": name,
                    "letter": quoted(repr(letter)), "write": f'("{word}",)'}
    return None


def raised_on_purpose(failure: Failure) -> Names | None:
    """An error that the code raises by its own words."""
    step = failure.ends_inside
    if step is None:
        return None
    statement = failure.subject.at(step.file, step.line)
    if not isinstance(statement, (ast.Raise, ast.Assert)):
        return None
    return {"file": step.file, "line": str(step.line), "error": failure.error,
            "said": _said(failure.words),
            "write": failure.raising(failure.error)}


def _awaited(failure: Failure, node: ast.Call, call: ast.Call) -> Names:
    """Return how an error is awaited of a function that is handed over."""
    arguments = [code_of(call.func), *map(code_of, call.args),
                 *map(code_of, call.keywords)]
    written = (f"{text_of(node.func)}({text_of(node.args[0])}, "
               f"{', '.join(arguments)})")
    return {"write": f"`{written}`" if len(written) <= 90 else
            f"`{text_of(node.func)}({text_of(node.args[0])}, "
            f"{arguments[0]}, …)`"}


def _awaits(node: ast.With | ast.AsyncWith, failure: Failure) -> bool:
    """Tell whether a block awaits the error that has come."""
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and last_part(call.func) in _RAISES and (
                call.args) and last_part(call.args[0]) in failure.facts.get(
                    "kinds", ()):
            return True
    return False


def _said(words: str) -> str:
    """Return what an error was made with, as code."""
    line = quoted(words.splitlines()[0]) if words else ""
    if line and line[0] not in "'\"(0123456789":
        line = f'"{line}"'
    return f"({line})" if line else ""
