"""Answers of doubles that the code under test cannot work with."""
from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from .asked import Names
from .failure import Failure
from .parameters import fakes_of, function_meant
from .patches import OF_CLASS, Patch, around
from .replaced import answer_in
from .source import code_of, quoted, text_of

_BROKEN = ("TypeError", "KeyError", "AttributeError", "IndexError")
# What an answer becomes that the code took for something else.
_EMPTY = ("[]", "{}", "None", "False", "0", "''")
_KNOWN = {
    "JSONDecodeError": 'JSONDecodeError("no JSON", "", 0)',
    "UnicodeDecodeError": 'UnicodeDecodeError("utf-8", b"", 0, 1, "no")',
    "HTTPError": 'HTTPError("https://…", 404, "Not Found", None, None)'}


def fake_without_answer(failure: Failure) -> Names | None:
    """A function in place of a request that gives None for an address."""
    if "NoneType" not in failure.words or not failure.inside:
        return None
    for call in reversed(_calls(failure)):
        if call["answer"]["kind"] == "NoneType" and call.get("fake"):
            name, _, line = call["fake"]
            return {**_fake(failure, name, line),
                    "address": _plain(call["given"])}
    for patch in around(failure):
        for given in fakes_of(failure, patch):
            function = function_meant(failure, given)
            if function and not isinstance(function.body[-1], (
                    ast.Return, ast.Raise)):
                return {**_fake(failure, function.name, function.lineno),
                        "address": _address(failure)}
    return None


def fake_without_key(failure: Failure) -> Names | None:
    """A function in place of a request whose table lacks an address."""
    if failure.error != "KeyError" or not failure.inside or (
            failure.ends_inside or "/" not in failure.words):
        return None
    keys = _listed(failure.fact("asked", "is", "keys") or ())
    last = failure.steps[-1]
    is_own = not failure.subject.owns(last.file)
    fake = (_fake(failure, last.function, last.line) if is_own
            else _fake(failure, "", 0))
    return {**fake, "address": _plain(failure.words),
            "keys": f": it knows {keys}" if keys else ""}


def one_fake_for_all(failure: Failure) -> Names | None:
    """A function in place of a request whose first condition fits all."""
    found = _alike(failure)
    if found is None or not found[1].get("fake"):
        return None
    name, _, line = found[1]["fake"]
    return {**_fake(failure, name, line), "first": _plain(found[0]["given"]),
            "second": _plain(found[1]["given"])}


def one_answer_for_all(failure: Failure) -> Names | None:
    """One return_value for requests that want different answers."""
    found = _alike(failure)
    if found is None:
        return _only_answer(failure)
    if found[1].get("fake"):
        return None
    name = _mock_name(failure, found[1]["mock"])
    return {"mock": name, "first": _plain(found[0]["given"]),
            "second": _plain(found[1]["given"]),
            "kind": found[0]["answer"]["kind"]}


def _only_answer(failure: Failure) -> Names | None:
    """One return_value that does not fit the first of several requests."""
    calls = _calls(failure)
    if len(calls) != 1 or calls[0]["has_effect"] or not calls[0]["given"] or (
            failure.error != "TypeError" or failure.ends_inside is None
            or calls[0]["answer"]["sort"] == "mock"):
        return None
    call = calls[0]
    if failure.subject.requests_by(call["mock"]) < 2:
        return None
    return {"mock": _mock_name(failure, call["mock"]),
            "first": _plain(call["given"]), "second": "the request after it",
            "kind": call["answer"]["kind"]}


def key_left_out(failure: Failure) -> Names | None:
    """A key that the code reads, and the test's data has not."""
    step = failure.ends_inside
    asked = failure.fact("asked", "text")
    if failure.error != "KeyError" or step is None or not asked or (
            isinstance(failure.subject.at(step.file, step.line), ast.Raise)):
        return None
    keys = failure.fact("asked", "is", "keys")
    calls = _calls(failure)
    if keys is None and calls:
        keys = calls[-1]["answer"].get("keys")
    return {"file": step.file, "line": str(step.line), "asked": quoted(asked),
            "key": quoted(failure.words), "has": (
                f", only {_listed(keys)}" if keys else "")}


def of_another_shape(failure: Failure) -> Names | None:
    """Data of another kind than the code under test works with."""
    step = failure.ends_inside
    asked, kind = failure.fact("asked", "text"), failure.fact(
        "asked", "is", "kind") or failure.fact("object", "kind")
    if failure.error not in ("TypeError", "AttributeError") or (
            step is None or not asked):
        return None
    calls = _calls(failure)
    told = [call for call in calls
            if call["answer"]["sort"] != "mock" and call["given"]]
    if kind is None:
        found = re.search(r"'(\w+)' object is not|^(list|tuple|string) ind",
                          failure.words)
        kind = (found[1] or found[2].replace("string", "str")
                if found else None)
    if kind is None or not (told or around(failure)):
        return None
    given = ""
    if told:
        last = told[-1]
        given = (f" The mock {_mock_name(failure, last['mock'])} answered "
                 f"{_plain(last['given'])} with a {last['answer']['kind']}.")
    return {"file": step.file, "line": str(step.line), "asked": quoted(asked),
            "of": quoted(failure.fact("asked", "of") or asked), "kind": kind,
            "given": given}


def mock_for_an_answer(failure: Failure) -> Names | None:
    """A mock that nobody gave data, where the code works with data."""
    step = failure.ends_inside
    compared = [each["text"] for each in failure.facts.get("compared", ())]
    if not (step and failure.error == "TypeError" and re.search(
            r"\b\w*Mock'", failure.words)
            or failure.error == "AssertionError" and (
                any(each in _EMPTY for each in compared)
                or re.match(r"assert \[\] ==", failure.words))):
        return None
    for call in reversed(_calls(failure)):
        if call["answer"]["sort"] == "mock" and failure.subject.owns(
                call["by"]):
            name = _mock_name(failure, call["mock"])
            return {"file": call["by"], "mock": name}
    return None


def never_set(failure: Failure) -> Names | None:
    """A call of a mock whose answer the test compares, and never set."""
    found = re.search(r"Mock name='(\w+)\(\)' id", failure.message)
    return {"mock": _mock_name(failure, found[1])} if found else None


def list_for_all_tests(failure: Failure) -> Names | None:
    """A list of side_effect that all tests of a class take from."""
    if not re.search(r"\bStop(?:Async)?Iteration\b", failure.message):
        return None
    for patch in around(failure):
        where = (f"in {patch.where.name}" if patch.where
                 and patch.where.name in OF_CLASS else
                 "above the class" if patch.how == "class" and any(
                     isinstance(each, ast.Call) for each in
                     filter(None, [patch.new])) else "")
        if where and _has_list(failure, patch):
            return {"where": where, "line": str(patch.line)}
    return None


def raised_by_a_mock(failure: Failure) -> Names | None:
    """An error of a mock that was given what it cannot use."""
    return {} if failure.ends_in("unittest.mock") or (
        "side_effect" in failure.clues["line"]) else None


def needs_arguments(failure: Failure) -> Names | None:
    """A class of errors that a mock cannot make without arguments."""
    if failure.error != "TypeError" or not re.search(
            r"missing \d+ required|takes exactly \d+ arg", failure.words):
        return None
    name = re.match(r"(?:\w+\.)*?(\w+)\.__init__\(\)", failure.words)
    given = [each for patch in around(failure)
             for each in fakes_of(failure, patch)]
    raised = [node.exc for node in failure.parts
              if isinstance(node, ast.Raise) and node.exc]
    for node in given + raised:
        last = text_of(node).rpartition(".")[2]
        if name and last == name[1] or not name and last.endswith("Error"):
            fields = re.findall(r"'(\w+)'", failure.words)
            made = _KNOWN.get(last, f"{last}({', '.join(fields) or '…'})")
            if node in raised:
                return {"name": last, "how": "`raise` makes one of a class "
                        "alone", "write": f"raise {made}"}
            return {"name": last, "how": "of a class in side_effect the mock "
                    "makes one that way", "write": f"side_effect={made}"}
    return None


def two_addresses(failure: Failure) -> Names | None:
    """A mock that is asked for two addresses, and is to be called once."""
    found = re.search(r"'(\w+)' to (?:have been|be) called once"
                      r"[^.]*\. Called (\d+) times", failure.message)
    if not found:
        return None
    given = [call["given"] for call in _calls(failure)
             if call["mock"] == found[1] and failure.subject.owns(call["by"])]
    if len(given) != int(found[2]) or len(set(given)) < 2:
        return None
    name = _mock_name(failure, found[1])
    return {"mock": name, "first": quoted(given[0]),
            "second": quoted(given[-1])}


def made_once(failure: Failure) -> Names | None:
    """A mock that is made once, and counts the calls of several tests."""
    found = re.search(r"Called (\d+) times", failure.message)
    if not found or int(found[1]) < 2:
        return None
    named = re.search(r"'(\w+)' to (?:have been|be) called", failure.message)
    name = named[1] if named else ""
    here = sum(call["mock"] == name for call in _calls(failure))
    if failure.facts and here >= int(found[1]):
        return None
    for patch in around(failure):
        made = patch.new
        if patch.how in ("decorator", "class") and made is not None and (
                isinstance(made, ast.Call) and text_of(made.func).endswith(
                    "Mock") or isinstance(made, ast.Name)):
            return {"where": f"in the decorator (line {patch.line}), when "
                    "the file is read",
                    "write": "Let the patch make it for each test: @"
                    + patch.written(*_keywords(failure, patch))
                    + ", and take the mock that it gives as a parameter, the "
                    "last one"}
        if patch.where and patch.where.name in OF_CLASS and (
                patch.name == name or name == "mock" or not name):
            return {"where": f"in {patch.where.name} (line {patch.line})",
                    "write": f"Call {patch.bound or 'the mock'}"
                             ".reset_mock() in setUp, or start the patch "
                             "there".replace("cls.", "self.")}
    for node in failure.page.nodes:
        if isinstance(node, ast.Assign) and isinstance(
                node.value, ast.Call) and text_of(
                    node.value.func).endswith("Mock") and (
                        node in failure.page.tree.body
                        or failure.owner and node in failure.owner.body):
            held = text_of(node.targets[0])
            if held in failure.clues["test"]:
                return {"where": f"in line {node.lineno}, when the file is "
                        "read", "write": f"Make {held} in setUp, or in the "
                        "test"}
    return None


def _keywords(failure: Failure, patch: Patch) -> list[str]:
    """Return the keywords of the mock that a patch was given."""
    if isinstance(patch.new, ast.Call):
        found = [f"{each.arg}={code_of(each.value)}"
                 for each in patch.new.keywords if each.arg]
        return found if len(", ".join(found)) < 50 else ["return_value=…"]
    return [f"return_value={answer_in(failure, patch)}"]


def _calls(failure: Failure) -> list[Mapping[str, Any]]:
    """Return the calls of mocks in the test, in their order."""
    return list(failure.facts.get("calls", ()))


def _alike(failure: Failure
           ) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """Return two calls for different addresses that got the same answer.

    Only where that explains the failure: the code met data that it cannot
    work with, or made nothing of it.
    """
    compared = [each.get("text") for each in failure.facts.get(
        "compared", ())]
    if not (failure.error in _BROKEN and failure.ends_inside
            or failure.error == "AssertionError"
            and any(each in _EMPTY for each in compared)
            or re.match(r"assert \[\] ==|\[\] !=", failure.words)):
        return None
    calls = _calls(failure)
    for call in calls:
        if call.get("same") is not None and failure.subject.owns(call["by"]):
            first = calls[call["same"]]
            if first["mock"] == call["mock"]:
                return first, call
    return None


def _fake(failure: Failure, name: str, line: int) -> dict[str, str]:
    """Return how a fake is called, and where it stands.

    That of a table, as `answers.get`, is shown as it is given to the patch.
    """
    if not line:
        for patch in around(failure):
            for given in fakes_of(failure, patch):
                if isinstance(given, ast.Attribute) and given.attr in (
                        name, "__getitem__"):
                    return {"fake": f"The fake {code_of(given)}",
                            "line": str(given.lineno)}
    return {"fake": "The lambda" if name == "<lambda>"
            else f"The fake {name}".strip(), "line": str(
                line or failure.line)}


def _address(failure: Failure) -> str:
    """Return what the code under test has asked for, as far as is known."""
    for step in reversed(failure.inside):
        for text in step.given.values():
            if text.startswith(("'", '"')):
                return _plain(text)
    return "an address"


def _plain(address: str) -> str:
    """Return an address as it is read, without quotes."""
    return address.strip("'\"")


def _listed(names: object) -> str:
    """Return some names in words."""
    some = list(names) if isinstance(names, (list, tuple)) else []
    shown = [*some[:6], *["…"][:len(some) > 6]]
    return quoted(", ".join(map(str, shown)))


def _mock_name(failure: Failure, name: str) -> str:
    """Return the name by which a test calls a mock."""
    last = name.rpartition(".")[2].removesuffix("()")
    for patch in around(failure):
        if patch.bound and patch.name == last:
            return patch.bound
    return name


def _has_list(failure: Failure, patch: Patch) -> bool:
    """Tell whether what a patch makes answers from a list."""
    return "side_effect" in text_of(patch.where or patch.call)
