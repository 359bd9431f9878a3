"""Assertions that never run, or whose failure is swallowed."""
from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from .ast_helpers import (
    FUNCTIONS,
    WHOLE,
    WITHS,
    called,
    is_assertion,
    shown,
    within,
)
from .corrections import Correction
from .parsed_file import Smell, TestFunction

_RAISES = ("assertRaises", "assertRaisesRegex", "assertRaisesRegexp")
_WIDE = ("Exception", "BaseException")
# What an assertion that fails raises, by the names under which it is awaited.
_FAILS = ("AssertionError", "failureException", "Failed", "Exception",
          "BaseException")
_MAY_RAISE = (ast.Call, ast.Subscript, ast.Await, ast.Raise, ast.Attribute,
              ast.Delete, ast.BinOp, ast.Import, ast.ImportFrom)
_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def _raises(place: TestFunction, node: ast.AST) -> list[ast.expr] | None:
    """Return the exceptions that a call awaits; None if it awaits none."""
    if not isinstance(node, ast.Call) or not (
            called(node) in _RAISES
            or place.page.meant_by(node.func) == "pytest.raises"):
        return None
    first = [each.value for each in node.keywords
             if each.arg == "expected_exception"]
    kinds = [*node.args, *first][:1]
    return kinds[0].elts if kinds and isinstance(
        kinds[0], ast.Tuple) else kinds


def _names(kinds: Sequence[ast.expr]) -> set[str]:
    """Return the last names of exceptions."""
    return {shown(kind, WHOLE).rpartition(".")[2] for kind in kinds}


def after_raise(place: TestFunction) -> Iterator[Smell]:
    """Find assertions behind the raising call, in the block that awaits it.

    Whatever the block raises, its rest does not run. Where a call comes
    last, the one before may be there to prepare it.
    """
    for part in place.parts:
        if not isinstance(part, WITHS):
            continue
        for item in part.items:
            kinds = _raises(place, item.context_expr)
            if kinds is None:
                continue
            caught = (item.optional_vars.id if isinstance(
                item.optional_vars, ast.Name) else "")
            found = _unchecked(part.body, caught, _names(kinds))
            if found:
                yield Smell(
                    found, f"`{shown(found)}` never runs: the block of "
                    f"`{called(item.context_expr)}` ends where the exception "
                    "is raised.",
                    _below(place, part, found, caught, _names(kinds)))
                break


def _below(place: TestFunction, block: ast.With | ast.AsyncWith,
           found: ast.stmt, caught: str, kinds: set[str]) -> str:
    """Return what to do with an assertion that a raised exception skips.

    What it says of the exception is mended, for it has never been run: as it
    stands there it may well fail.
    """
    made = {part.id for node in block.body if node.lineno < found.lineno
            for part in ast.walk(node) if isinstance(part, ast.Name)
            and isinstance(part.ctx, ast.Store)}
    if not _uses(found, caught) and any(_uses(found, name) for name in made):
        return (f"Take `{shown(found)}` away: the exception comes before "
                "there is an answer to compare.")
    error = ("value" if any(
        place.page.meant_by(item.context_expr.func) == "pytest.raises"
        for item in block.items if isinstance(item.context_expr, ast.Call))
        else "exception")
    mended = Correction(caught, error, kinds)
    text = shown(mended.of(found), WHOLE)
    put = (f"Put `{shown(found)}`" if text == shown(found, WHOLE)
           else f"Write `{text}`")
    hint = (" The text of a KeyError has quotes around the key: "
            f"`{caught}.{error}.args[0]` is the key itself."
            if mended.is_in_doubt else "")
    return f"{put} below the block, indented as its `with` is.{hint}"


def _unchecked(body: list[ast.stmt], caught: str, kinds: set[str]
               ) -> ast.stmt | None:
    """Return the first assertion of a block that nothing can reach."""
    block = list(_flat(body))
    for number, node in enumerate(block[1:], 1):
        if not _asserts(node) or _is_fail(node):
            continue
        before, after = block[:number], block[number + 1:]
        looks = bool(caught) and _uses(node, caught)
        if not looks and kinds.intersection(_FAILS):
            continue
        if not any(_may_raise(each) for each in before):
            continue
        if any(_may_raise(each) and not _asserts(each) for each in after):
            continue
        acts = any(isinstance(each, (ast.Expr, ast.Raise))
                   and not _asserts(each) for each in before)
        if looks or acts or not _acts(node):
            return node
    return None


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a block, those of a `with` in their places."""
    for node in body:
        if isinstance(node, WITHS):
            yield from _flat(node.body)
        else:
            yield node


def _asserts(node: ast.stmt) -> bool:
    """Tell whether a statement is an assertion and no more."""
    if isinstance(node, ast.Expr):
        value = node.value
        return is_assertion(
            value.value if isinstance(value, ast.Await) else value)
    return isinstance(node, ast.Assert)


def _is_fail(node: ast.AST) -> bool:
    """Tell whether this says aloud that it must not be reached."""
    call = node.value if isinstance(node, ast.Expr) else node
    return called(call) == "fail"


def _may_raise(node: ast.stmt) -> bool:
    """Tell whether a statement can raise what is awaited."""
    return not isinstance(node, FUNCTIONS) and any(
        isinstance(part, _MAY_RAISE) for part in within([node]))


def _acts(assertion: ast.stmt) -> bool:
    """Tell whether an assertion calls what may be the tested code."""
    calls = [part for part in within([assertion])
             if isinstance(part, (ast.Call, ast.Subscript, ast.Attribute))]
    own = assertion.value if isinstance(assertion, ast.Expr) else None
    function = own.func if isinstance(own, ast.Call) else None
    return any(call not in (own, function) for call in calls)


def _uses(node: ast.AST, name: str) -> bool:
    """Tell whether code reads a name."""
    return any(isinstance(part, ast.Name) and part.id == name
               for part in ast.walk(node))


def wide_exceptions(place: TestFunction) -> Iterator[Smell]:
    """Find tests that any exception satisfies, a mistyped name's too."""
    looked_at = {id(item.context_expr): item.optional_vars
                 for part in place.parts if isinstance(part, WITHS)
                 for item in part.items}
    kept = {id(part.value) for part in place.parts
            if isinstance(part, (ast.Assign, ast.Attribute, ast.Return))}
    for part in place.parts:
        kinds = _raises(place, part)
        if not kinds or not isinstance(part, ast.Call) or (
                called(part).startswith("assertRaisesRegex")):
            continue
        wide = _names(kinds).intersection(_WIDE)
        if not wide or id(part) in kept or any(
                each.arg in ("match", "check") for each in part.keywords):
            continue
        name = looked_at.get(id(part))
        if isinstance(name, ast.Name) and any(
                isinstance(each, ast.Name) and each.id == name.id
                and each is not name for each in ast.walk(place.node)):
            continue
        call = shown(part.func)
        yield Smell(
            part, f"`{shown(part)}` is content with any exception, even that "
            "of a mistyped name.",
            "Name the very exception that you expect, such as "
            f"`{call}({_fitting(place)}{', …' if part.args[1:] else ''})`.")


def _fitting(place: TestFunction) -> str:
    """Return the exception that the test's own text names, or an example."""
    for part in place.parts:
        if isinstance(part, ast.Name) and part.id.endswith("Error") and (
                part.id != "AssertionError"):
            return part.id
    return "KeyError"


def swallowed(place: TestFunction) -> Iterator[Smell]:
    """Find assertions whose failure the test itself passes over."""
    for part in place.parts:
        if not isinstance(part, ast.Try) or part.orelse:
            continue
        assertions = [each for each in within(part.body)
                      if is_assertion(each)]
        handler = next(filter(_hears, part.handlers), None)
        if assertions and handler and all(map(_is_nothing, handler.body)):
            caught = shown(handler).split(":")[0] + ":"
            first = assertions[0]
            yield Smell(
                first, f"`{shown(first)}` cannot fail: `{caught}` in line "
                f"{handler.lineno} passes over its failure.",
                f"Take `{shown(first)}` out of the `try`; for an exception "
                f"that you expect write `{_awaiting(place)}`.")


def _awaiting(place: TestFunction) -> str:
    """Return how a test of this kind awaits an exception."""
    if place.page.kind_of(place.owner) == "plain":
        return "with pytest.raises(KeyError):"
    return "with self.assertRaises(KeyError):"


def _hears(handler: ast.ExceptHandler) -> bool:
    """Tell whether a handler gets what a failed assertion raises."""
    kinds = (handler.type.elts if isinstance(handler.type, ast.Tuple)
             else [handler.type] if handler.type else [])
    return not handler.type or bool(
        _names(kinds) & {"AssertionError", *_WIDE})


def _is_nothing(node: ast.stmt) -> bool:
    """Tell whether a statement lets a failure go without a word of it."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) or (
            called(node.value) == "print")
    return isinstance(node, (ast.Pass, ast.Continue, ast.Break)) or (
        isinstance(node, ast.Return) and not node.value)


def unreached(place: TestFunction) -> Iterator[Smell]:
    """Find assertions behind a statement that ends their block."""
    awaited = {id(part.body) for part in place.parts if isinstance(part, WITHS)
               and any(_raises(place, item.context_expr) is not None
                       for item in part.items)}
    for block in place.blocks():
        ends = next((number for number, node in enumerate(block)
                     if _ends(place, node)), len(block))
        found = next((part for part in within(block[ends + 1:])
                      if is_assertion(part) and not _is_fail(part)), None)
        if found and id(block) not in awaited:
            yield Smell(
                found, f"`{shown(found)}` never runs: "
                f"`{shown(block[ends], 40)}` in line "
                f"{block[ends].lineno} ends the block before it.",
                f"Put `{shown(found)}` above line {block[ends].lineno}, or "
                f"take `{shown(block[ends], 40)}` away.")


def _ends(place: TestFunction, node: ast.stmt) -> bool:
    """Tell whether nothing of a block runs behind a statement."""
    if isinstance(node, ast.Expr):
        return (called(node.value) == "skipTest" or isinstance(
            node.value, ast.Call) and place.page.meant_by(
                node.value.func) in ("pytest.skip", "pytest.fail",
                                     "pytest.xfail", "self.fail"))
    return isinstance(node, _ENDS)
