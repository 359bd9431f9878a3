"""What a test asks of a value, or compares it with, that does not fit."""
from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from .failure import Failure, code_of, quoted, text_of
from .patches import around
from .subject import NEAR

Names = Mapping[str, str]
_EQUAL = ("assertEqual", "assertEquals", "assertListEqual", "assertIs",
          "assertDictEqual", "assertTupleEqual", "assertCountEqual",
          "assertMultiLineEqual", "assertSetEqual")
_TRUTHS = {"assertTrue": "something true", "assertFalse": "something false",
           "assertIsNone": "None", "assertIsNotNone": "something"}
_WITHS = (ast.With, ast.AsyncWith)
_RAISES = ("assertRaises", "assertRaisesRegex", "raises")
_LITERAL = (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.UnaryOp)
_WORDS = {
    "str": "a string", "int": "a number", "float": "a number",
    "NoneType": "None", "bool": "a bool", "dict": "a dict", "list": "a list",
    "tuple": "a tuple", "set": "a set", "function": "a function",
    "method": "a method", "module": "a module"}
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
            if held and held["sort"] == "function"), _only_method(failure))
    if not name and (shown := re.match(
            r"assert (?:not )?(\w+)\b(?! *\()", failure.words)):
        name = shown[1] if any(
            members.get(shown[1]) in ("method", "static")
            for members in failure.subject.all_members()) else ""
    if not name and re.search(r"'(method|function|builtin_function_or_method)'"
                              r" (?:object )?|of type 'method'|method' has "
                              r"no len", failure.words):
        name = failure.fact("asked", "is", "text") or failure.fact(
            "object", "text") or ""
        name = name or _only_method(failure)
    nodes = [*failure.parts, *(
        ast.walk(failure.function) if failure.function else ())]
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        if isinstance(node, (ast.Attribute, ast.Name)) and name and (
                _last(node) == name and id(node) not in called):
            home = next(failure.subject.homes(name), None)
            sort = ("function" if home and home.sort in
                    ("function", "imported") else "method")
            end = "(…)" if failure.subject.wants_more(name) else "()"
            return {"name": name, "sort": sort, "line": str(node.lineno),
                    "write": f"{code_of(node)}{end}"}
    return None


def not_raised(failure: Failure) -> Names | None:
    """An error that is awaited of a call that the right code answers."""
    awaited = re.search(r"(\w+) not raised|DID NOT RAISE <class '([\w.]+)'>|"
                        r"DID NOT RAISE (\w+)", failure.words)
    if not awaited or not failure.subject.is_exercise or (
            not failure.runs_code or failure.statement is None
            or _doubts_answers(failure)):
        return None
    nodes = [node for node in ast.walk(failure.statement)
             if isinstance(node, ast.Call)
             and _last(node.func) not in _RAISES]
    call = next((code_of(node) for node in nodes
                 if _comes_of_code(failure, node)), "")
    for node in failure.parts:
        if isinstance(node, ast.Call) and _last(node.func) in _RAISES and (
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
    if of_errors and not held and len(_arguments(failure)) > 1:
        held = code_of(_arguments(failure)[compared.index(of_errors[0])]
                       if of_errors[0] in compared[:2]
                       else _arguments(failure)[0])
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
        other = next((code_of(node) for node in _arguments(failure)
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
        if isinstance(node, ast.Call) and _last(node.func) in _RAISES and (
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
        if isinstance(node, ast.Call) and _last(node.func) in _RAISES and (
                len(node.args) > 1) and "not raised" not in failure.words:
            call = node.args[1]
            if isinstance(call, ast.Call) and _last(call.func) != "partial":
                return _awaited(failure, node, call)
            if not isinstance(call, ast.Call) and (
                    "is not callable" in failure.words) and (
                        failure.error == "TypeError"):
                return {"write": "the function, and behind it its arguments"}
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
            if isinstance(call, ast.Call) and _last(call.func) in _RAISES:
                awaited = text_of(call.args[0]) if call.args else "…"
                return {"file": step.file, "line": str(step.line),
                        "error": failure.error, "awaited": awaited,
                        "at": str(node.lineno),
                        "write": failure.raising(failure.error)}
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
             else f" ({_place(home)})")
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
            "has": (only + quoted(_some(keys))) if keys else "it is empty",
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
                f"It has {_some(sorted(members, key=_is_private))}")}


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
            "where": (f" It comes of {_place(home)}." if home else
                      _given(failure, of)),
            "write": (f"{node.attr} belongs to {owner}: ask that" if owner
                      else f"Use it as {_kind(failure)}, or ask for "
                      f"{node.attr} where it belongs")}


def key_of_another(failure: Failure) -> Names | None:
    """A key that is asked of a string, a list or the like."""
    asked = failure.facts.get("asked") or {}
    held = asked.get("is") or {}
    if failure.error != "TypeError" or failure.ends_inside or not re.search(
            r"indices must be|is not subscriptable", failure.words) or (
                held.get("kind") not in _WORDS):
        return None
    of = quoted(asked["of"])
    key = quoted(asked["text"]).removeprefix(of)[1:-1]
    kind = held["kind"]
    value = held.get("text", "")
    write = {"str": f"Use {of} as the string that it is",
             "list": f"Ask it for an item by its number, as in {of}[0]",
             "tuple": f"Ask it for an item by its number, as in {of}[0]",
             }.get(kind, f"Ask for {key} where it belongs")
    return {"of": of, "kind": _WORDS[kind], "key": key,
            "line": str(failure.line), "write": write, "value":
            f" ({quoted(value)})" if kind in ("str", "int") else ""}


def own_data(failure: Failure) -> Names | None:
    """An expectation that does not fit the data of the test itself."""
    if failure.error != "AssertionError" or failure.ends_inside or (
            not failure.subject.is_exercise or not failure.runs_code):
        return None
    compared = _compared(failure)
    if _doubts_answers(failure):
        return None
    sides = _sides(failure)
    if not sides or len(compared) != 2 or compared[0] == compared[1]:
        return None
    got, expected = sides
    texts = compared
    first = text_of(_arguments(failure)[0]) == text_of(got)
    gives, awaits = texts if first else texts[::-1]
    return {"gives": quoted(gives), "awaits": quoted(awaits),
            "differs": _difference(gives, awaits)}


def _compared(failure: Failure) -> list[str]:
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


def _difference(gives: str, awaits: str) -> str:
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
        return f", which leaves out {quoted(_some(list(map(repr, more))))}"
    if less and not more:
        return f", and {quoted(_some(list(map(repr, less))))} too"
    return ""


def truth(failure: Failure) -> Names | None:
    """An answer that is true or false, or None, and is to be otherwise."""
    if failure.error != "AssertionError" or failure.ends_inside or (
            not failure.subject.is_exercise or not failure.runs_code
            or _doubts_answers(failure)):
        return None
    for node in failure.parts:
        if isinstance(node, ast.Call) and _last(node.func) in _TRUTHS and (
                node.args) and _comes_of_code(failure, node.args[0]):
            texts = [each["text"] for each in failure.facts.get(
                "compared", ()) if each["text"] != each["kind"]]
            if texts:
                return {"gives": quoted(texts[0]), "call": _short(
                    node.args[0]), "awaits": _TRUTHS[_last(node.func)]}
        if isinstance(node, ast.Assert) and (told := re.match(
                r"assert (?:not )?(True|False|None)\b", failure.words)) and (
                    not isinstance(node.test, ast.Compare)
                    and _comes_of_code(failure, node.test)):
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


def _doubts_answers(failure: Failure) -> bool:
    """Tell whether a double may have given what nobody meant."""
    return any(call["answer"]["sort"] == "mock" or call.get("same") is not None
               for call in failure.facts.get("calls", ()))


def _sides(failure: Failure) -> tuple[ast.expr, ast.expr] | None:
    """Return the side of a comparison that the code gives, and the other."""
    given = _arguments(failure)
    if len(given) < 2:
        return None
    for one, other in (given[:2], given[1::-1]):
        if _comes_of_code(failure, one) and not _comes_of_code(
                failure, other):
            return one, other
    return None


def _arguments(failure: Failure) -> Sequence[ast.expr]:
    """Return the two sides of the comparison that failed."""
    for node in failure.parts:
        if isinstance(node, ast.Call) and _last(node.func) in _EQUAL:
            return node.args
        if isinstance(node, ast.Assert) and isinstance(
                node.test, ast.Compare) and len(node.test.ops) == 1:
            return [node.test.left, node.test.comparators[0]]
    return ()


def _comes_of_code(failure: Failure, node: ast.expr) -> bool:
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
                and _comes_of_code(failure, each.value)
                for each in ast.walk(failure.function or failure.page.tree)):
            return True
        if isinstance(part, ast.Attribute) and any(
                name in members for members in failure.subject.all_members()):
            return True
    return False


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
    return _WORDS.get(kind, f"an object of the class {kind}")


def _given(failure: Failure, name: str) -> str:
    """Return where the test gives a name its value, as a sentence."""
    for node in ast.walk(failure.around or failure.page.tree):
        if isinstance(node, ast.Assign) and text_of(
                node.targets[0]) == name and node.lineno < failure.line:
            value = " ".join(text_of(node.value).split())
            if len(value) <= 60:
                return f" Line {node.lineno} gives it: {name} = {value}."
    return ""


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
        if isinstance(call, ast.Call) and _last(call.func) in _RAISES and (
                call.args) and _last(call.args[0]) in failure.facts.get(
                    "kinds", ()):
            return True
    return False


def _only_method(failure: Failure) -> str:
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


def _said(words: str) -> str:
    """Return what an error was made with, as code."""
    line = quoted(words.splitlines()[0]) if words else ""
    if line and line[0] not in "'\"(0123456789":
        line = f'"{line}"'
    return f"({line})" if line else ""


def _last(node: ast.expr) -> str:
    """Return the last name of an expression."""
    return text_of(node).rpartition(".")[2]


def _place(home: Sequence[str]) -> str:
    """Return where a value is written."""
    return f"{home[1]} in {home[0]}"


def _some(names: Sequence[Any]) -> str:
    """Return some names in words, not too many."""
    some = list(map(str, names))
    if len(some) > 6:
        return ", ".join(some[:6]) + ", …"
    return " and ".join(filter(None, [", ".join(some[:-1]), some[-1]]))
