"""Names that are nearly right: of assertions, of checks, of fixtures."""
from __future__ import annotations

import ast
from difflib import get_close_matches

from winnow.execution.runtime.assertion_trace import OF_UNITTEST
from winnow.suites.smells.mocks import (
    as_check,
    is_absent_call,
    meant_by_check,
    without_call,
)

from .asked import Names
from .failure import Failure
from .known_modules import NEAR
from .patches import FIXTURES, around
from .source import (
    FUNCTIONS,
    code_of,
    quoted,
    requoted,
    text_of,
)

# What people write for an assertion, and what unittest calls it.
_HABITS = {
    "equal": "assertEqual", "equals": "assertEqual", "same": "assertIs",
    "raises": "assertRaises", "throws": "assertRaises", "in": "assertIn",
    "contains": "assertIn", "has": "assertIn", "true": "assertTrue",
    "isequal": "assertEqual", "false": "assertFalse", "none": "assertIsNone",
    "isinstance": "assertIsInstance", "notequals": "assertNotEqual",
    "dictequals": "assertDictEqual", "listequals": "assertListEqual",
    "countequals": "assertCountEqual", "itemsequal": "assertCountEqual",
    "almostequals": "assertAlmostEqual", "istrue": "assertTrue",
    "isfalse": "assertFalse", "isin": "assertIn", "": "assertTrue"}
# Names that Python 3.12 took away; before, they warn.
_GONE = {"assertEquals", "assertNotEquals", "assertAlmostEquals", "assert_",
         "assertNotAlmostEquals", "assertRegexpMatches", "assertItemsEqual",
         "assertNotRegexpMatches", "assertRaisesRegexp",
         "assertDictContainsSubset", "failUnless", "failIf", "failUnlessEqual",
         "failIfEqual", "failUnlessRaises", "failUnlessAlmostEqual",
         "failIfAlmostEqual"}
_METHODS = ("skipTest", "subTest", "addCleanup", "addClassCleanup", "fail",
            "enterContext", "doCleanups", "shortDescription")
_FIXTURES = (*FIXTURES[:3:2], "setUp", "asyncSetUp", "tearDown",
             "tearDownClass", "tearDownModule", "asyncTearDown")
# What a test file imports, and from where.
OF_MOCK = ("patch", "Mock", "MagicMock", "PropertyMock", "AsyncMock", "call",
           "ANY", "create_autospec", "mock_open", "sentinel", "DEFAULT",
           "mock")
_OF_PARAMETERIZED = ("parameterized", "parameterized_class", "param")
_OTHERS = {"TestCase": "from unittest import TestCase",
           "HTTPError": "from requests import HTTPError",
           "expand": "from parameterized import parameterized",
           "PropertyMocks": ""}
_MODULES = ("unittest", "requests", "pytest", "json", "os", "sys", "time",
            "datetime", "random", "re", "copy", "subprocess", "inspect")


def assertion_meant(name: str) -> str:
    """Return the assertion of unittest that a name is a misspelling of."""
    plain = name.replace("_", "").lower()
    known = {each.lower(): each for each in OF_UNITTEST - _GONE}
    if plain in known:
        return known[plain]
    for start in ("assert", "asert", "assret", "aseert", "asser", "assrt"):
        if plain.startswith(start) and plain[len(start):] in _HABITS:
            return _HABITS[plain[len(start):]]
    near = get_close_matches(plain, known, 1, 0.8)
    return known[near[0]] if near else ""


def assertion(failure: Failure) -> Names | None:
    """A name that a TestCase does not have, near one of its assertions."""
    node = _asked(failure)
    if node is None or text_of(node.value) not in ("self", "cls"):
        return None
    if failure.is_of_pytest and node.attr in OF_UNITTEST:
        return None
    meant = assertion_meant(node.attr)
    is_called = any(isinstance(each, ast.Call) and each.func is node
                    for each in failure.parts)
    if not meant and is_called:
        meant = _HABITS.get(node.attr.replace("_", "").lower(), "") or next(
            iter(get_close_matches(node.attr, _METHODS, 1, 0.8)), "")
    if not meant or meant == node.attr:
        return None
    write = _renamed(failure, node, meant)
    call = next((each for each in failure.parts if isinstance(each, ast.Call)
                 and each.func is node), None)
    if meant == "assertIn" and "in" not in node.attr.lower() and call and len(
            call.args) == 2:  # What contains comes first in most languages.
        write = (f"self.assertIn({code_of(call.args[1])}, "
                 f"{code_of(call.args[0])})")
    return {"name": node.attr, "meant": meant, "write": write}


def assertion_of_test_case(failure: Failure) -> Names | None:
    """An assertion of unittest's in a class that is no TestCase."""
    node = _asked(failure)
    if node is None or not failure.owner or not failure.is_of_pytest or (
            node.attr not in OF_UNITTEST):
        return None
    return {"name": node.attr, "class": failure.owner.name}


def check_of_a_mock(failure: Failure) -> Names | None:
    """A check that a mock does not have, with the one that was meant."""
    for node in _attributes(failure):
        if f"'{node.attr}'" not in failure.message:
            continue
        given = next((call for call in failure.parts
                      if isinstance(call, ast.Call) and call.func is node),
                     None)
        arguments: list[ast.expr | ast.keyword] = [
            *given.args, *given.keywords] if given else []
        meant = meant_by_check(node.attr)
        if meant:
            return {"name": node.attr, "write": requoted(as_check(
                node, arguments, meant))}
        return {"name": node.attr, "write": (
            f"Write one of those that it has, such as `{text_of(node.value)}."
            "assert_called_once_with(…)`.")}
    return None


def check_of_the_test(failure: Failure) -> Names | None:
    """A check of mocks that is asked of the test itself."""
    node = _asked(failure)
    if node is None or text_of(node.value) not in ("self", "cls"):
        return None
    meant = meant_by_check(node.attr)
    if not meant:
        return None
    mock = next((each.bound for each in around(failure) if each.bound),
                "the_mock")
    return {"name": node.attr, "write": _renamed(
        failure, node, meant).replace(f"{text_of(node.value)}.", f"{mock}.")}


def assertion_of_a_mock(failure: Failure) -> Names | None:
    """An assertion of unittest's that is asked of a mock."""
    if not failure.ends_in("unittest.mock"):
        return None
    for node in _attributes(failure):
        if node.attr in OF_UNITTEST and f"'{node.attr}'" in failure.words:
            return {"name": node.attr, "of": code_of(node.value), "write":
                    quoted(text_of(failure.statement).replace(
                        text_of(node), f"self.{node.attr}", 1))}
    return None


def absent_call(failure: Failure) -> Names | None:
    """An assert_not_called_with: a mock has no check of that kind."""
    for node in _attributes(failure):
        given = next((call for call in failure.parts
                      if isinstance(call, ast.Call) and call.func is node),
                     None)
        if is_absent_call(node.attr) and given:
            return {"name": node.attr, "write": quoted(without_call(
                node, given, failure.is_of_pytest))}
    return None


def fixture_name(failure: Failure) -> Names | None:
    """A method that is nearly named like setUp, and so is never called."""
    if failure.is_of_pytest or failure.owner is None:
        return None
    known = {each.lower(): each for each in _FIXTURES}
    used = {text_of(node).rpartition(".")[2]
            for node in failure.page.nodes if isinstance(node, ast.Attribute)}
    for node in failure.owner.body:
        if not isinstance(node, FUNCTIONS) or node.name in _FIXTURES or (
                node.name.startswith("test") or node.name in used):
            continue
        plain = node.name.replace("_", "").lower()
        near = get_close_matches(plain, known, 1, 0.85)
        if near:
            return {"name": node.name, "meant": known[near[0]],
                    "line": str(node.lineno)}
    return None


def name_to_import(failure: Failure) -> Names | None:
    """A name that nobody defined, and that an import would bring."""
    name = _undefined(failure)
    if not name:
        return None
    written = ""
    if name in OF_MOCK:
        written = ("from unittest import mock" if name == "mock"
                   else f"from unittest.mock import {name}")
    elif name in _OF_PARAMETERIZED:
        written = f"from parameterized import {name}"
    elif _OTHERS.get(name):
        written = _OTHERS[name]
    elif name in _MODULES or failure.subject.knows(name):
        written = f"import {name}"
    else:
        written = next((f"from {each.module} import {name}"
                        for each in failure.subject.defining(name)), "")
    return {"name": name, "write": written} if written else None


def name_of_another(failure: Failure) -> Names | None:
    """A parameter of another function: a line stands in the wrong one."""
    name = _undefined(failure)
    around = failure.around
    if not name or around is None or failure.statement is None:
        return None
    line = failure.statement.lineno
    inner = [node for node in ast.walk(around)
             if isinstance(node, FUNCTIONS) and node is not around]
    others = [node for _, node in failure.place.functions
              if node is not around and node not in inner]
    near = [*sorted(inner, key=lambda node: -node.lineno),
            *sorted(others, key=lambda node: abs(node.lineno - line))[:2]]
    for node in near:
        if node.lineno < line + 30 and name in {
                each.arg for each in node.args.args}:
            return {"name": name, "other": node.name, "own": around.name,
                    "at": str(node.lineno)}
    return None


def self_in_a_class(failure: Failure) -> Names | None:
    """A line that uses self, and stands in the body of a class."""
    if _undefined(failure) not in ("self", "cls") or failure.line == 0:
        return None
    function = failure.place.around(failure.line)
    if function is None:
        return {"name": _undefined(failure), "line": str(failure.line)}
    return None


def name_of_the_class(failure: Failure) -> Names | None:
    """A name that the class has, or the object, asked for without it."""
    name = _undefined(failure)
    if not name or failure.owner is None:
        return None
    for node in ast.walk(failure.owner):
        is_named = (isinstance(node, ast.Name) and node.id == name
                    and isinstance(node.ctx, ast.Store)
                    and any(isinstance(each, ast.Assign)
                            and node in each.targets
                            for each in failure.owner.body)
                    or isinstance(node, ast.Attribute) and node.attr == name
                    and isinstance(node.ctx, ast.Store)
                    and text_of(node.value) in ("self", "cls")
                    or isinstance(node, FUNCTIONS)
                    and node in failure.owner.body and node.name == name)
        if is_named or name in fields_of(failure):
            return {"name": name}
    return None


def near_name(failure: Failure) -> Names | None:
    """A name that nobody defined, near one that somebody did."""
    name = _undefined(failure)
    if not name:
        return None
    known = {*failure.page.imported, *failure.page.classes,
             *(node.id for node in failure.page.nodes
               if isinstance(node, ast.Name)
               and isinstance(node.ctx, ast.Store)),
             *(node.arg for node in failure.page.nodes
               if isinstance(node, ast.arg)), *OF_MOCK}
    near = get_close_matches(name, known - {name}, 1, NEAR)
    return {"name": name, "meant": near[0]} if near else None


def attribute_of_the_test(failure: Failure) -> Names | None:
    """An attribute of the test that nobody set, near one that somebody did."""
    node = _asked(failure)
    if node is None or text_of(node.value) not in ("self", "cls"):
        return None
    known = {each.attr for each in failure.page.nodes
             if isinstance(each, ast.Attribute)
             and isinstance(each.ctx, ast.Store)
             and text_of(each.value) in ("self", "cls")}
    known |= fields_of(failure)
    near = get_close_matches(node.attr, known - {node.attr}, 1, NEAR)
    return {"name": node.attr, "meant": near[0]} if near else None


def local_of_a_fixture(failure: Failure) -> Names | None:
    """An attribute of the test that setUp set as a name of its own."""
    node = _asked(failure)
    if node is None or text_of(node.value) not in ("self", "cls"):
        return None
    for kind in FIXTURES:
        fixture = failure.code.method(failure.owner, kind)
        for each in ast.walk(fixture) if fixture else ():
            if isinstance(each, ast.Name) and each.id == node.attr and (
                    isinstance(each.ctx, ast.Store)):
                owner = fixture.args.args[0].arg if (
                    fixture and fixture.args.args) else "self"
                return {"name": node.attr, "fixture": kind,
                        "write": f"{owner}.{node.attr} = …"}
    return None


def fields_of(failure: Failure) -> set[str]:
    """Return the names that @parameterized_class gives the test's class."""
    found: set[str] = set()
    for mark in failure.owner.decorator_list if failure.owner else ():
        if isinstance(mark, ast.Call) and "parameterized_class" in text_of(
                mark.func):
            for part in ast.walk(mark.args[0]) if mark.args else ():
                if isinstance(part, ast.Constant) and isinstance(
                        part.value, str):
                    found.add(part.value)
    return found


def _undefined(failure: Failure) -> str:
    """Return the name that a NameError is about."""
    if failure.error != "NameError" or "'" not in failure.words:
        return ""
    return failure.words.split("'")[1]


def _asked(failure: Failure) -> ast.Attribute | None:
    """Return the expression of the line whose attribute is not there."""
    if failure.error != "AttributeError":
        return None
    name = failure.fact("object", "name")
    for node in _attributes(failure):
        if node.attr == name or (
                not name and f"no attribute '{node.attr}'" in failure.words):
            return node
    return None


def _attributes(failure: Failure) -> list[ast.Attribute]:
    """Return the attributes that the line asks for."""
    return [node for node in failure.parts
            if isinstance(node, ast.Attribute)]


def _renamed(failure: Failure, node: ast.Attribute, meant: str) -> str:
    """Return the line with another name in one place, if it is short."""
    statement = failure.statement
    line = text_of(statement).split("\n")[0]
    written = line.replace(f".{node.attr}", f".{meant}", 1)
    return (quoted(written) if len(written) <= 90
            else f"{text_of(node.value)}.{meant}(…)")
