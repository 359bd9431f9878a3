"""Parameters of tests, fixtures and fakes that do not fit what they get."""
from __future__ import annotations

import ast
import re

from winnow.suites.smells.mocks import fits

from .asked import Names
from .failure import Failure
from .patches import Patch, around, of_function
from .source import FUNCTIONS, Function, text_of

_WRONG = re.compile(r"missing \d+ required|takes .* positional|"
                    r"unexpected keyword|multiple values|fixture '")
_CALLED = re.compile(
    r"(?:[\w.<>]*\.)?(?P<name>\w+|<lambda>)\(\) "
    r"(?:missing|takes|got|does not)")
_MAKES_ROWS = ("expand", "parametrize", "parameterized")
# What unittest calls on the class itself.
_OF_CLASS = ("setUpClass", "tearDownClass")


def decorator_without_at(failure: Failure) -> Names | None:
    """A call right above a test that should be its decorator."""
    function, block = failure.function, _block(failure)
    if function is None or not _WRONG.search(failure.message):
        return None
    number = block.index(function)
    for node in reversed(block[:number]):
        if not isinstance(node, ast.Expr) or not isinstance(
                node.value, ast.Call):
            return None
        called = text_of(node.value.func)
        if called.rpartition(".")[2] in (*_MAKES_ROWS, "patch", "object"):
            return {"call": called, "test": function.name,
                    "line": str(node.lineno)}
    return None


def rows_left_out(failure: Failure) -> Names | None:
    """A decorator that is to make rows, and was given none.

    It fails when the file is imported, before there is a test.
    """
    function = failure.function or next((
        node for node in failure.page.nodes if isinstance(node, FUNCTIONS)
        and any(mark.lineno == failure.line for mark in node.decorator_list)),
        None)
    if function is None or not _WRONG.search(failure.message):
        return None
    for mark in function.decorator_list:
        given = isinstance(mark, ast.Call) and mark.args
        call = text_of(mark.func if isinstance(mark, ast.Call) else mark)
        if not given and call.rpartition(".")[2] in ("expand", "parametrize"):
            names = [each.arg for each in function.args.args
                     if each.arg != "self"]
            row = f"({', '.join(names)}{'' if names[1:] else ','})"
            return {"call": call, "line": str(mark.lineno),
                    "write": f"@{call}([{row}, …])"}
    return None


def outside_its_class(failure: Failure) -> Names | None:
    """A test with self that stands in no class."""
    function = failure.function
    if function is None or failure.owner or not _WRONG.search(
            failure.message):
        return None
    if [each.arg for each in function.args.args][:1] != ["self"]:
        return None
    above = [node for node in failure.page.tree.body
             if isinstance(node, ast.ClassDef)
             and node.lineno < function.lineno]
    return {"test": function.name, "line": str(function.lineno),
            "class": above[-1].name if above else "its TestCase"}


def without_classmethod(failure: Failure) -> Names | None:
    """A setUpClass or tearDownClass that is no method of the class."""
    for name in _OF_CLASS:
        fixture = failure.code.method(failure.owner, name)
        if fixture is None or name not in failure.message:
            continue
        marks = [text_of(mark) for mark in fixture.decorator_list]
        if "classmethod" not in marks and re.search(
                r"missing \d+ required|takes .* positional", failure.words):
            return {"name": name, "line": str(fixture.lineno), "where":
                    "on top of its decorators, above" if marks
                    else "right above"}
    return None


def classmethod_below(failure: Failure) -> Names | None:
    """A decorator above @classmethod, which gets no function."""
    for name in _OF_CLASS:
        fixture = failure.code.method(failure.owner, name)
        marks = [text_of(mark) for mark in fixture.decorator_list
                 ] if fixture else []
        if fixture and "classmethod" in marks[1:] and re.search(
                "classmethod' object is not callable", failure.words):
            return {"name": name, "above": marks[0].split("(")[0],
                    "line": str(fixture.lineno)}
    return None


def rows_first(failure: Failure) -> Names | None:
    """A test under expand that takes its mocks before the row's values."""
    function = failure.function
    if function is None or not any("expand" in text_of(mark)
                                   for mark in function.decorator_list):
        return None
    patches = [each for each in of_function(failure.page, function)
               if each.how == "decorator" and each.gives_mock]
    own = [each.arg for each in function.args.args][1:]
    if not patches or len(own) <= len(patches):
        return None
    rows, last = own[:-len(patches)], own[-len(patches):]
    targets = [each.target for each in patches]
    early = [name for name in rows if _is_for_a_mock(name, targets)]
    late = [name for name in last if not _is_for_a_mock(name, targets)]
    asked = failure.fact("asked", "of")
    if asked in rows and failure.fact("object", "sort") == "" and re.search(
            r"no attribute '(?:return_value|side_effect|assert_\w+|call_\w+|"
            r"called)\b", failure.words):
        early, late = [asked], late or last
    if not early or not late:
        return None
    names = [name for name in own if name not in early] + early
    return {"write": f"def {function.name}(self, {', '.join(names)}):"}


def _is_for_a_mock(name: str, targets: list[str]) -> bool:
    """Tell whether a parameter is named as one that gets a mock."""
    return "mock" in name.lower() or any(fits(name, target)
                                         for target in targets)


def parameters(failure: Failure) -> Names | None:
    """A test with another number of parameters than it is given."""
    function = failure.function
    if function is None or not re.search(
            r"\btest\w*\(\) (?:takes|missing) ", failure.message):
        return None
    patches = [each for each in of_function(failure.page, function)
               if each.how == "decorator" and each.gives_mock]
    rows = _row_length(failure, function)
    own = [each.arg for each in function.args.args]
    own = own[1:] if own[:1] == ["self"] else own
    if not any(each.how == "decorator" for each in of_function(
            failure.page, function)) and rows is None:
        return None
    if failure.owner and [each.arg for each in function.args.args][:1] != [
            "self"]:
        return None
    if rows is None:
        rows = 0
    wanted = rows + len(patches)
    if rows < 0 or wanted == len(own):
        return None
    mocks = [each.bound if each.bound in own and "mock" in each.bound
             else _name_for(each) for each in reversed(patches)]
    values = [name for name in own if name not in mocks][:rows]
    values += [f"value_{number}" for number in range(len(values) + 1,
                                                     rows + 1)]
    given = " and ".join(filter(None, (
        _counted(rows, "value of its row", "values of its row"),
        _counted(len(patches), "mock", "mocks"))))
    signature = ["self"] * (failure.owner is not None) + values + mocks
    return {"test": function.name, "given": given or "no value and no mock",
            "has": _counted(len(own), "parameter", "parameters")
            or "no parameter",
            "write": f"def {function.name}({', '.join(signature)}):"}


def nothing_gives_it(failure: Failure) -> Names | None:
    """A test with a parameter, and no decorator that would give it."""
    function = failure.function
    found = re.search(r"\btest\w*\(\) missing \d+ required positional "
                      r"arguments?: '(?P<name>\w+)'", failure.message)
    if function is None or not found or function.decorator_list or (
            failure.owner is None):
        return None
    return {"test": function.name, "name": found["name"],
            "line": str(function.lineno)}


def method_without_self(failure: Failure) -> Names | None:
    """A method that has no place for its object."""
    name = re.search(r"(\w+)\(\) takes \d+ positional arguments? but \d+ w",
                     failure.words)
    for owner, function in failure.code.functions if name else ():
        assert name
        names = [each.arg for each in function.args.args]
        if owner and function.name == name[1] and names[:1] not in (
                ["self"], ["cls"]) and not any(
                    "static" in text_of(mark)
                    for mark in function.decorator_list):
            return {"line": str(function.lineno), "write":
                    f"def {function.name}({', '.join(['self', *names])})"}
    return None


def fake(failure: Failure) -> Names | None:
    """A function in place of a call, without the parameters of the call."""
    found = _CALLED.match(failure.words)
    if failure.error != "TypeError" or not found:
        return None
    for patch in around(failure):
        for given in fakes_of(failure, patch):
            name = given.id if isinstance(given, ast.Name) else (
                given.attr if isinstance(given, ast.Attribute) else
                "<lambda>" if isinstance(given, ast.Lambda) else "")
            if name == found["name"]:
                return {"fake": "The lambda" if name == "<lambda>" else name,
                        "target": patch.name or "the function",
                        "why": re.sub(r"^(?=takes|got)", "it ",
                                      failure.words.partition("() ")[2])}
    return None


def fakes_of(failure: Failure, patch: Patch) -> list[ast.expr]:
    """Return what answers the calls of what a patch replaces.

    It is given at once, or set on the mock later.
    """
    found = [each for each in (patch.new, patch.given("side_effect"))
             if each is not None]
    for holder in filter(None, (failure.function, patch.where)):
        for node in ast.walk(holder):
            if isinstance(node, ast.Assign) and patch.bound and re.match(
                    rf"{re.escape(patch.bound)}\.(?:.+\.)?side_effect$",
                    text_of(node.targets[0])):
                found.append(node.value)
    made = patch.new
    if isinstance(made, ast.Call):
        found += [each.value for each in made.keywords
                  if each.arg == "side_effect"]
    return found


def function_meant(failure: Failure, node: ast.expr) -> Function | None:
    """Return the function of the test's file that an expression names."""
    if isinstance(node, ast.Attribute):
        return failure.code.method(failure.owner, node.attr)
    if not isinstance(node, ast.Name):
        return None
    for holder in (failure.function, failure.page.tree):
        found = [each for each in ast.walk(holder) if isinstance(
            each, FUNCTIONS) and each.name == node.id] if holder else []
        if found:
            return found[-1]
    return None


def _block(failure: Failure) -> list[ast.stmt]:
    """Return the statements among which the test is defined."""
    body = failure.owner.body if failure.owner else failure.page.tree.body
    return body if failure.function in body else (
        [failure.function] if failure.function else [])


def _row_length(failure: Failure, function: Function) -> int | None:
    """Return how many values a row gives; -1 if that cannot be told.

    None where there are no rows.
    """
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and text_of(mark.func).endswith(
                "expand") and mark.args:
            rows: ast.expr = mark.args[0]
            if isinstance(rows, ast.Name):
                rows = next((node.value for node in failure.page.tree.body
                             if isinstance(node, ast.Assign)
                             and text_of(node.targets[0]) == rows.id), rows)
            if not isinstance(rows, (ast.List, ast.Tuple)) or not rows.elts:
                return -1
            first = rows.elts[0]
            if isinstance(first, ast.Tuple) or isinstance(first, ast.List):
                return len(first.elts)
            if isinstance(first, ast.Constant) and not isinstance(
                    first.value, bytes):
                return 1
            return -1
    return None


def _name_for(patch: Patch) -> str:
    """Return a name for the mock of a patch."""
    return f"mock_{patch.name.strip('_').lower() or 'it'}"


def _counted(number: int, one: str, many: str) -> str:
    """Return a number of things in words; nothing if there are none."""
    return f"{number} {one if number == 1 else many}" if number else ""
