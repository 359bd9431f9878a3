"""Patches that begin too late, or end too early."""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .asked import Names
from .failure import Failure
from .known_module import Meaning
from .patches import (
    FIXTURES,
    OF_CLASS,
    Patch,
    around,
    fixtures,
    is_fixture,
    of_function,
)
from .source import Function, code_of, text_of

_WEB = "another machine, which a test may not reach"


def never_started(failure: Failure) -> Names | None:
    """A patcher that is made, and never started."""
    if not _goes_out(failure):
        return None
    for patch in around(failure):
        if patch.how == "made" and _would_help(failure, patch):
            return {"line": str(patch.line), "write": _started(
                patch, patch.where)}
    return None


def at_import(failure: Failure) -> Names | None:
    """A request that goes out when the file of tests is imported."""
    if not _goes_out(failure) or not failure.test.endswith(".py") or (
            not failure.line):
        return None
    return {"line": str(failure.line)}


def too_late(failure: Failure) -> Names | None:
    """A request in a line above the patch of the same function."""
    if not _goes_out(failure) or failure.around is None:
        return None
    for patch in of_function(failure.page, failure.around):
        start = _started_at(failure, patch)
        if patch.how in ("with", "start", "set", "made") and (
                start > failure.line and _would_help(failure, patch)):
            return {"line": str(failure.line), "target": patch.target,
                    "start": str(start)}
    return None


def not_for_the_fixture(failure: Failure) -> Names | None:
    """A patch that begins with the test, when setUp has run already."""
    if not _goes_out(failure):
        return None
    fixture = failure.around
    if fixture is None or fixture not in list(fixtures(failure)):
        return None
    own = {id(each.call) for each in of_function(failure.page, fixture)}
    for patch in around(failure):
        if patch.how in ("decorator", "class") and id(patch.call) not in own:
            if patch.where is None or patch.where is failure.function:
                return {"line": str(failure.line), "fixture": fixture.name,
                        "above": "class" if patch.where is None else "test",
                        "target": patch.target,
                        "write": _started(patch, fixture)}
    return None


def over_with_the_fixture(failure: Failure) -> Names | None:
    """A patch of setUp or setUpClass that is over when that returns."""
    if not (_goes_out(failure) or _never_called(failure)):
        return None
    for fixture in fixtures(failure):
        if fixture is failure.around and failure.phase:
            continue
        for patch in of_function(failure.page, fixture):
            if patch.how not in ("decorator", "with") or (
                    patch.how == "with" and _yields(fixture)):
                continue
            if _would_help(failure, patch):
                return {"target": patch.target, "line": str(patch.line),
                        "fixture": fixture.name,
                        "write": _started(patch, fixture)}
    return None


def stopped_after_a_test(failure: Failure) -> Names | None:
    """A patch of setUpClass that tearDown stops, after the first test."""
    if not _goes_out(failure):
        return None
    for fixture in fixtures(failure):
        if fixture.name not in OF_CLASS:
            continue
        for ending in ("tearDown", "teardown_method"):
            end = failure.code.method(failure.owner, ending)
            text = text_of(end)
            for node in ast.walk(fixture):
                if isinstance(node, ast.Attribute) and node.attr == "start":
                    name = text_of(node.value).rpartition(".")[2]
                    if end and f".{name}.stop()" in text:
                        return {"fixture": fixture.name, "end": ending,
                                "name": name, "line": str(end.lineno)}
    return None


def over(failure: Failure) -> Names | None:
    """A request below the block of the patch, where it is over."""
    if not _goes_out(failure) or failure.around is None:
        return None
    for patch in of_function(failure.page, failure.around):
        if patch.how == "with" and patch.end < failure.line and (
                _would_help(failure, patch)):
            return {"target": patch.target, "line": str(failure.line),
                    "start": str(patch.line)}
    return None


def where_it_was_made(failure: Failure) -> Names | None:
    """A patch of a name in the module that defines it, not that calls it."""
    if not _goes_out(failure):
        return None
    for patch in _active(failure):
        for found in _ways_out(failure):
            if found.name == patch.name and found.sort == "imported" and (
                    found.target != patch.target):
                return {"target": patch.target, "better": found.target,
                        "file": failure.subject.file_of(found.module),
                        "module": patch.target.rpartition(".")[0],
                        "name": found.name}
    return None


def of_another_name(failure: Failure) -> Names | None:
    """A patch of a name by which the code does not get to the web."""
    if not _goes_out(failure):
        return None
    ways = list(_ways_out(failure))
    for patch in _active(failure):
        if patch.target and not patch.target.startswith(".") and not any(
                each.target == patch.target for each in ways):
            said = {"target": patch.target, "how": "the code under test gets "
                    "there by another name", "write": 'patch("module.name")'}
            if ways:
                said.update(how=_way(failure, ways[0]),
                            write=f'patch("{ways[0].target}")')
            return said
    return None


def the_web(failure: Failure) -> Names | None:
    """A request that nothing replaces."""
    if not _goes_out(failure):
        return None
    ways = list(_ways_out(failure))
    if not ways:
        return {"how": "", "write": "patch it in the module that makes it"}
    names = " or ".join(f'`patch("{each.target}")`' for each in ways[:2])
    return {"how": f"{_way(failure, ways[0])}. ", "write": names}


def never_called_there(failure: Failure) -> Names | None:
    """A mock of a name of which the code calls its own import."""
    if not _never_called(failure):
        return None
    for patch in around(failure):
        if f"'{patch.name}'" not in failure.message and (
                patch.bound not in failure.clues["line"] or not patch.bound):
            continue
        for home in failure.subject.homes(patch.name):
            if home.sort == "imported" and failure.subject.origin(
                    home.module, home.name) == patch.target:
                return {"file": failure.subject.file_of(home.module),
                        "name": patch.name, "target": patch.target,
                        "write": f'patch("{home.target}")'}
    return None


def never_called(failure: Failure) -> Names | None:
    """A mock that the code under test did not get to."""
    if not _never_called(failure):
        return None
    name = re.search(r"'(\w+)' to (?:have been|be) called", failure.message)
    return {"mock": name[1] if name and name[1] != "mock" else "the mock"}


def _goes_out(failure: Failure) -> bool:
    """Tell whether a test has failed for it tried to reach the web.

    An address that is none is refused before that, and comes to the same.
    """
    return _WEB in failure.message or (
        "RequestException" in failure.facts.get("kinds", ())
        and not failure.ends_in("unittest.mock")
        and bool(failure.inside) and not failure.ends_inside)


def _never_called(failure: Failure) -> bool:
    """Tell whether a mock was not called at all."""
    return bool(re.search(r"Called 0 times|Actual: not called|"
                          r"to have been called\.", failure.message))


def _ways_out(failure: Failure) -> Iterator[Meaning]:
    """Yield the names by which the code gets to the web, the first first."""
    yield from dict.fromkeys(filter(None, (
        failure.subject.called_at(step.file, step.line)
        for step in failure.inside)))


def _way(failure: Failure, found: Meaning) -> str:
    """Return where the code calls what leads to the web."""
    line = next(step.line for step in failure.inside
                if failure.subject.called_at(step.file, step.line) == found)
    called = ".".join(filter(None, (found.owner, found.name)))
    return (f"{failure.subject.file_of(found.module)}, line {line}, calls "
            f"{called}")


def _would_help(failure: Failure, patch: Patch) -> bool:
    """Tell whether a patch replaces what leads to the web, if it holds."""
    ways = list(_ways_out(failure))
    parts = patch.target.split(".")
    return not ways or patch.instance != "" or any(
        each.target == patch.target or parts[-2:] == [each.owner, each.name]
        for each in ways) or bool(failure.subject.find(
            patch.target) and _is_on_the_way(failure, patch))


def _is_on_the_way(failure: Failure, patch: Patch) -> bool:
    """Tell whether a patch replaces a function that leads to the web."""
    found = failure.subject.find(patch.target)
    return found is not None and any(
        failure.subject.module_of(step.file) == found.module
        and step.function == found.name for step in failure.inside)


def _active(failure: Failure) -> list[Patch]:
    """Return the patches that hold at the line that fails."""
    return [patch for patch in around(failure)
            if patch.how in ("decorator", "class", "start", "set")
            and (patch.where is failure.function or patch.where is None
                 or patch.how in ("start", "set"))
            or patch.how == "with" and patch.where is failure.around
            and patch.line <= failure.line <= patch.end]


def _started_at(failure: Failure, patch: Patch) -> int:
    """Return the line from which on a patch of a function holds."""
    last = ""
    for node in ast.walk(failure.around or failure.page.tree):
        if isinstance(node, ast.Assign) and node.value is patch.call:
            last = text_of(node.targets[0]).rpartition(".")[2]
    lines = [node.lineno for node in ast.walk(
        failure.around or failure.page.tree)
        if isinstance(node, ast.Call) and last
        and text_of(node.func).endswith(f"{last}.start")]
    return lines[0] if lines else patch.line


def _yields(function: Function) -> bool:
    """Tell whether a fixture hands over to the test, and goes on later."""
    return any(isinstance(node, (ast.Yield, ast.YieldFrom))
               for node in ast.walk(function))


def _started(patch: Patch, where: Function | None) -> str:
    """Return the code that lets a patch hold until the test is over."""
    made = code_of(patch.call)
    if len(made) > 40:
        made = f'patch("{patch.target}", …)'
    name = where.name if where else "setUp"
    if name in ("setUpClass", "setup_class"):
        return (f"`patcher = {made}`, `cls.{patch.name} = patcher.start()` "
                "and `cls.addClassCleanup(patcher.stop)`")
    if where is not None and is_fixture(where):
        return (f"`with {made} as {patch.name}:`, and in it "
                f"`yield {patch.name}`")
    if name in FIXTURES:
        return (f"`patcher = {made}`, `self.{patch.name} = patcher.start()` "
                "and `self.addCleanup(patcher.stop)`")
    return f"`with {made}:` around what needs it"
