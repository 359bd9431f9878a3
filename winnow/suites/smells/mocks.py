"""Mocks that are checked wrongly, or handed in in the wrong order."""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .ast_helpers import WHOLE, called, shown
from .parsed_file import Smell, TestFunction

# What is said of a check by whose name the test fails anyway.
RAISES = "raises AttributeError"
_REAL = (
    "assert_called", "assert_called_once", "assert_called_with",
    "assert_called_once_with", "assert_any_call", "assert_has_calls",
    "assert_not_called", "assert_awaited", "assert_awaited_once",
    "assert_awaited_with", "assert_awaited_once_with", "assert_any_await",
    "assert_has_awaits", "assert_not_awaited")
_BARE = {name.removeprefix("assert_"): name for name in _REAL}
_WITHOUT_ARGUMENTS = {name for name in _REAL
                      if name.endswith(("called", "awaited", "once"))}
# Of other libraries, or true attributes of a mock.
_OTHERS = {"assert_all_called", "assert_call_count", "called"}
_ASSERTS = {"assertTrue", "assertFalse", "assertEqual", "assertIs",
            "assertIsNone", "assertIsNotNone", "assertNotEqual"}
_NEAR = 0.9
# The words of the checks, and those that stand before or around them.
_WORDS = tuple(dict.fromkeys(
    word for name in _BARE for word in name.split("_"))) + (
    "assert", "asserts", "was", "has", "have", "been", "is", "to", "be",
    "should", "expect", "verify", "check")
_AROUND_A_CHECK = {"assert", "asserts", "was", "have", "been", "is", "to",
                   "be", "should", "expect", "verify", "check"}
# Names that a mock refuses: it raises AttributeError, since Python 3.5.
_REFUSED = ("assert", "assret", "asert", "aseert", "assrt")
_AROUND = re.compile(r"^(mock(ed)?|m|fake|stub|spy)_|_(mock(ed)?|m|stub)$")


def mistyped(place: TestFunction) -> Iterator[Smell]:
    """Find what looks like an assertion on a mock and is none.

    A mock accepts any name, so that `m.called_once_with()` asserts nothing
    (until Python 3.12); one without parentheses is never called.
    """
    if not place.page.uses_mocks:
        return
    for part in place.parts:
        if isinstance(part, ast.Assign):
            for target in part.targets:
                if isinstance(target, ast.Attribute) and target.attr in _REAL:
                    yield Smell(part, f"`{shown(part)}` replaces the "
                                "assertion and checks nothing.",
                                as_check(target, [part.value], target.attr))
        for claim in _claims(part):
            yield from _mistyped(place, claim, isinstance(part, ast.Expr))


def _claims(part: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions by which a statement may ask a mock."""
    if isinstance(part, ast.Expr):
        waiting = [part.value]
    elif isinstance(part, ast.Assert):
        waiting = [part.test]
    elif isinstance(part, ast.Call) and called(part) in _ASSERTS:
        waiting = part.args[:2]
    else:
        return
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Compare):
            waiting += [node.left, *node.comparators]
        elif isinstance(node, ast.BoolOp):
            waiting += node.values
        elif isinstance(node, ast.UnaryOp):
            waiting.append(node.operand)
        elif isinstance(node, ast.Await):
            waiting.append(node.value)
        else:
            yield node


def _mistyped(place: TestFunction, claim: ast.expr, is_alone: bool
              ) -> Iterator[Smell]:
    """Find one claim that is no assertion of a mock."""
    is_called = isinstance(claim, ast.Call)
    asked = claim.func if isinstance(claim, ast.Call) else claim
    given = claim.args if isinstance(claim, ast.Call) else []
    keywords = claim.keywords if isinstance(claim, ast.Call) else []
    if not isinstance(asked, ast.Attribute) or (
            asked.attr in place.page.defined or _is_own(asked.value)):
        return
    if isinstance(claim, ast.Call) and is_absent_call(asked.attr):
        is_plain = place.page.kind_of(place.owner) == "plain"
        yield Smell(claim, f"`{shown(claim)}` {_what(asked.attr)}",
                    f"Write `{without_call(asked, claim, is_plain)}`, with "
                    "`from unittest.mock import call`.")
        return
    meant = meant_by_check(asked.attr)
    if asked.attr == "called" and is_alone and not is_called:
        meant = "assert_called"
    if not meant or (is_called and asked.attr in _REAL):
        return
    yield Smell(claim, f"`{shown(claim)}` {_what(asked.attr)}",
                as_check(asked, [*given, *keywords], meant))


def _what(name: str) -> str:
    """Return what is wrong with a check, by its name."""
    if name in _REAL:
        return "is not called, and so checks nothing."
    if name.startswith(_REFUSED):
        return f"is no assertion of a mock, and {RAISES}."
    return "is no assertion of a mock, and checks nothing."


def _is_own(node: ast.expr) -> bool:
    """Tell whether this is the test itself, which is no mock."""
    return (isinstance(node, ast.Name) and node.id in ("self", "cls")
            or isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name) and node.func.id == "super")


def meant_by_check(name: str) -> str:
    """Return the check of a mock that a name means, or nothing.

    It may lack its `assert_`, have its words in another order, or each of
    them misspelt by a letter or two.
    """
    if name in _REAL or name in _OTHERS:
        return name if name in _REAL else ""
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    words = [_word(word) for word in plain.split("_") if word]
    wanted = sorted(word for word in words if word not in _AROUND_A_CHECK)
    if wanted and "" not in wanted:
        for bare, real in _BARE.items():
            # A bare `called` is a true attribute of each mock.
            if sorted(bare.split("_")) == wanted and (
                    words[0] in _AROUND_A_CHECK or len(wanted) > 1):
                return real
    if not plain.startswith(("as", "sa")):
        return ""
    from difflib import get_close_matches  # Only a strange name pays for it.
    return next(iter(get_close_matches(plain, _REAL, 1, _NEAR)), "")


def _word(word: str) -> str:
    """Return the word of a check that one is a misspelling of, or nothing."""
    if word in _WORDS:
        return word
    from difflib import get_close_matches
    near = get_close_matches(word, _WORDS, 1, 0.75) if len(word) > 3 else []
    return near[0] if near else ""


def is_absent_call(name: str) -> bool:
    """Tell whether a check is to say that no call was made like this."""
    words = set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_"))
    return {"not", "with"} <= words and bool(
        words & {"called", "call", "calls", "awaited"})


def without_call(asked: ast.Attribute, given: ast.Call, is_plain: bool
                 ) -> str:
    """Return the code that says that a mock was not called like this."""
    arguments = ", ".join(shown(each, WHOLE) for each in arguments_of(given))
    calls = f"{shown(asked.value, WHOLE)}.mock_calls"
    return (f"assert call({arguments}) not in {calls}" if is_plain
            else f"self.assertNotIn(call({arguments}), {calls})")


def arguments_of(call: ast.Call) -> list[ast.expr | ast.keyword]:
    """Return all that a call is given."""
    return [*call.args, *call.keywords]


def as_check(asked: ast.Attribute, given: list[ast.expr | ast.keyword],
             meant: str) -> str:
    """Return the advice to write the real assertion."""
    if meant in _WITHOUT_ARGUMENTS and given:
        meant += "_with"
    arguments = ", ".join(shown(each, WHOLE) for each in given)
    if meant.startswith("assert_has_") and given and not isinstance(
            given[0], (ast.List, ast.Tuple, ast.Name)):
        arguments = f"[{arguments}]"
    if not arguments and meant not in _WITHOUT_ARGUMENTS:
        arguments = "…"
    return f"Write `{shown(asked.value, WHOLE)}.{meant}({arguments})`."


def patches_in_reverse(place: TestFunction) -> Iterator[Smell]:
    """Find parameters named in the order in which the patches are read.

    The patch nearest to the function gives the first mock.
    """
    node = place.node
    targets = []
    for each in node.decorator_list:
        target = _target(place, each)
        if target is None:
            return
        if target:
            targets.append(target)
    names = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    if place.owner is not None:
        names = names[1:]
    names = names[:len(targets)]
    if len(targets) < 2 or len(names) < len(targets):
        return
    if all(map(fits, names, targets)) and not any(
            fits(name, target) for name, target, again
            in zip(names, reversed(targets), targets) if target != again
    ) and targets != targets[::-1]:
        right = ", ".join([*(["self"] if place.owner else []), *names[::-1]])
        yield Smell(
            node, f"`{names[0]}` is given the patch of `{targets[-1]}`: the "
            "patch nearest to `def` comes first.",
            f"Write `def {node.name}({right}):`.")


def _target(place: TestFunction, decorator: ast.expr) -> str | None:
    """Return what a patch hands in; empty if nothing, None if not known."""
    page = place.page
    if not isinstance(decorator, ast.Call):
        return "" if page.is_plain([decorator]) else None
    texts = [each.value for each in decorator.args
             if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    given = len(decorator.args) + any(
        keyword.arg == "new" for keyword in decorator.keywords)
    if page.is_of_mock(decorator.func, "patch") and texts:
        return texts[0] if given == 1 else ""
    if page.meant_by(decorator.func).endswith("patch.object") and texts:
        owner = shown(decorator.args[0])
        return f"{owner}.{texts[0]}" if given == 2 else ""
    if page.meant_by(decorator.func).endswith("patch.dict"):
        return ""
    return "" if page.is_plain([decorator]) and "patch" not in (
        page.meant_by(decorator.func)) else None


def fits(name: str, target: str) -> bool:
    """Tell whether a parameter is named after what a patch replaces."""
    plain = _AROUND.sub("", name).replace("_", "").lower()
    parts = [part.replace("_", "").lower() for part in target.split(".")]
    return plain in ("".join(parts[start:]) for start in range(len(parts)))
