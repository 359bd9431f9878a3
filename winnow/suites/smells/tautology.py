"""Assertions that hold whatever the tested code does."""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .ast_helpers import WITHS, alike, called, shown
from .parsed_file import Smell, TestFunction

_EQUAL = {"assertEqual", "assertEquals", "assertIs", "assertAlmostEqual",
          "assertDictEqual", "assertListEqual", "assertTupleEqual",
          "assertSetEqual", "assertCountEqual", "assertSequenceEqual",
          "assertMultiLineEqual", "assertGreaterEqual", "assertLessEqual"}
# A test with such a name compares a thing with itself on purpose.
_ON_PURPOSE = re.compile(r"eq|hash|cmp|compar|ident|same|reflex|sort|order",
                         re.IGNORECASE)
_ORDERS = ("assertNot", "assertLess", "assertGreater")
_LITERAL = (ast.Name, ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set,
            ast.UnaryOp, ast.unaryop, ast.expr_context)
_MOCKS = ("Mock", "MagicMock", "AsyncMock", "NonCallableMock", "PropertyMock",
          "NonCallableMagicMock", "create_autospec")
_CONSTANT = "it is a constant"
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.Nonlocal, ast.Global)


def tautologies(place: TestFunction) -> Iterator[Smell]:
    """Find assertions that cannot fail.

    They are about constants, about a thing and itself, or about what the
    test itself told a mock to answer.
    """
    judge = _Judge(place)
    for part in place.parts:
        reason = ""
        if isinstance(part, ast.Assert):
            reason = judge.of_statement(part.test)
        elif isinstance(part, ast.Call):
            reason = judge.of_call(part)
        if reason:
            yield Smell(part, f"`{shown(part)}` cannot fail: {reason}.",
                        _better(place))
        elif isinstance(part, ast.Call) and called(part) in _EQUAL and (
                names := judge.one_object(part)):
            kept, held = names
            yield Smell(
                part, f"`{shown(part)}` cannot fail: `{kept} = {held}` makes "
                "two names of one object, and no copy.",
                f"Make a copy of it before the call: `{kept} = "
                f"copy.deepcopy({held})`.")


def _better(place: TestFunction) -> str:
    """Return what to assert, with a name that the suite tests."""
    read = {part.id for part in place.parts if isinstance(part, ast.Name)}
    names = sorted(
        (name not in read, name)
        for name, meant in place.page.imported.items()
        if meant.rpartition(".")[0] in place.page.modules)
    example = f"{names[0][1]}(…)" if names else "the_function(…)"
    code = (f"assert {example} == expected"
            if place.page.kind_of(place.owner) == "plain"
            else f"self.assertEqual({example}, expected)")
    return ("Compare what the tested code gives with a value that you know: "
            f"`{code}`.")


class _Judge:
    """What one test assigns, and what it tells its mocks."""

    def __init__(self, place: TestFunction) -> None:
        """Read the whole test once."""
        self._place = place
        self._assigned: dict[str, list[ast.expr]] = {}
        self._answers: list[tuple[ast.expr, ast.expr]] = []
        self._effects: list[ast.expr] = []
        for part in place.parts:
            if isinstance(part, ast.Assign):
                for target in part.targets:
                    self._note(target, part.value)
            elif isinstance(part, WITHS):
                for item in part.items:
                    if item.optional_vars:
                        self._note(item.optional_vars, item.context_expr)

    def _note(self, target: ast.expr, value: ast.expr) -> None:
        """Note what one assignment says."""
        if isinstance(target, ast.Attribute):
            if target.attr == "return_value":
                self._answers.append((target.value, value))
            elif target.attr == "side_effect":
                self._effects.append(target.value)
        elif isinstance(target, ast.Name):
            self._assigned.setdefault(target.id, []).append(value)
            if self._is_made(value, "patch"):
                name = ast.Name(target.id, ast.Load())
                for each in getattr(value, "keywords"):
                    if each.arg == "return_value":
                        self._answers.append((name, each.value))
                    elif each.arg == "side_effect":
                        self._effects.append(name)

    def _is_made(self, node: ast.expr, *more: str) -> bool:
        """Tell whether an expression makes a mock."""
        return isinstance(node, ast.Call) and self._place.page.is_of_mock(
            node.func, *_MOCKS, *more)

    def _given(self, node: ast.expr) -> ast.expr:
        """Return what stands for a name that is assigned once, or itself."""
        values = (self._assigned.get(node.id, [])
                  if isinstance(node, ast.Name) else [])
        return values[0] if len(values) == 1 else node

    def one_object(self, call: ast.Call) -> tuple[str, str] | None:
        """Return two names that a call compares, of which one is the other.

        Neither is bound again in the test, where there is no loop.
        """
        names = [each.id for each in call.args[:2]
                 if isinstance(each, ast.Name)]
        parts = self._place.parts
        if len(names) < 2 or _ON_PURPOSE.search(self._place.name) or any(
                isinstance(part, _LOOPS) for part in parts):
            return None
        bound: dict[str, list[int]] = {}
        for part in parts:
            if isinstance(part, ast.Name) and not isinstance(
                    part.ctx, ast.Load):
                bound.setdefault(part.id, []).append(part.lineno)
        for kept, held in (names, names[::-1]):
            lines = [bound.get(name, []) for name in (held, kept)]
            if all(len(each) == 1 for each in lines) and any(
                    isinstance(part, ast.Assign)
                    and isinstance(part.value, ast.Name)
                    and part.value.id == held
                    and [each.id for each in part.targets
                         if isinstance(each, ast.Name)] == [kept]
                    and lines[0][0] < part.lineno < call.lineno
                    for part in parts):
                return kept, held
        return None

    def of_statement(self, test: ast.expr) -> str:
        """Return why an assert statement always holds, or nothing."""
        if isinstance(test, ast.Constant):
            return _CONSTANT if test.value else ""
        if isinstance(test, ast.Compare):
            holds = len(test.ops) == 1 and isinstance(
                test.ops[0], (ast.Eq, ast.Is, ast.GtE, ast.LtE))
            return self._same(test.left, test.comparators[0]) if holds else ""
        return self._is_mock(test)

    def of_call(self, call: ast.Call) -> str:
        """Return why a method's assertion always holds, or nothing."""
        name, given = called(call), call.args
        if name in _EQUAL and len(given) > 1:
            return self._same(given[0], given[1])
        if name in ("assertTrue", "assertFalse") and given and isinstance(
                given[0], ast.Constant):
            is_so = bool(given[0].value) is (name == "assertTrue")
            return _CONSTANT if is_so else ""
        if name in ("assertTrue", "assertIsNotNone") and given:
            return self._is_mock(given[0])
        return ""

    def _is_mock(self, node: ast.expr) -> str:
        """Return that this is a mock as the test made it, if it is."""
        return ("every mock is true and is not None"
                if self._is_made(self._given(node)) else "")

    def _same(self, left: ast.expr, right: ast.expr) -> str:
        """Return why two sides are always equal, or nothing."""
        if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
            same = left.value == right.value
            return "both sides are constants" if same else ""
        if alike(left, right):
            parts = list(ast.walk(left))
            if all(isinstance(part, _LITERAL) for part in parts):
                if not any(isinstance(part, ast.Name) for part in parts):
                    return "both sides are constants"
                return ("" if self._is_on_purpose(left)
                        else "it compares a thing with itself")
        if self._is_set_up(left, right) or self._is_set_up(right, left):
            return "the test itself gave this answer to the mock"
        return ""

    def _is_on_purpose(self, node: ast.expr) -> bool:
        """Tell whether a test is about how its things compare."""
        if _ON_PURPOSE.search(self._place.name):
            return True
        for part in self._place.parts:
            sides: list[ast.expr] = []
            if isinstance(part, ast.Compare) and not isinstance(
                    part.ops[0], (ast.Eq, ast.Is, ast.In, ast.NotIn)):
                sides = [part.left, *part.comparators]
            elif isinstance(part, ast.Call) and called(
                    part).startswith(_ORDERS):
                sides = part.args[:2]
            if any(alike(node, side) for side in sides):
                return True
        return False

    def _is_set_up(self, answer: ast.expr, expected: ast.expr) -> bool:
        """Tell whether an answer is what the test told a mock to give."""
        answer = self._given(answer)
        if isinstance(answer, ast.Await):
            answer = answer.value
        if isinstance(answer, ast.Attribute) and (
                answer.attr == "return_value"):
            mock = answer.value
        elif isinstance(answer, ast.Call):
            mock = answer.func
        else:
            return False
        return any(
            alike(mock, told) and alike(value, expected)
            for told, value in self._answers) and not any(
                alike(mock, told) for told in self._effects)
