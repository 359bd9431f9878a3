"""Explains tests that fail on the right modules, and what to write instead.

Two sources tell. A fault on which the test passes is what it asks for; and
`confusions.toml` knows the errors of the usual confusions by their signs.
"""
from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from winnow.model.exercise import Fault
from winnow.model.findings import Problem
from winnow.model.outcome import FAILING, Outcome, Status

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from .causes.failure import Failure
    from .causes.known_modules import KnownModules

TABLE = Path(__file__).with_name("confusions.toml")
_PLACES = ("message", "line", "test", "file")

_Outcomes = Mapping[str, Outcome]


@dataclass(frozen=True)
class Sign:
    """What shows a confusion: patterns, and a cause, of which all must hold.

    A pattern is sought in the `message` of a test on the right modules, in
    the `line` that the message names, in the `test`, or in the whole `file`;
    the last three as `ast.unparse` writes them. A cause is named as the
    package `causes` has it: it looks at trees, types and values.
    """

    patterns: Mapping[str, re.Pattern[str]]
    cause: str = ""

    def names(self, failure: Failure) -> Mapping[str, str] | None:
        """Return what the sign finds, by name; None if it is not there."""
        names: dict[str, str] = {}
        for where, pattern in self.patterns.items():
            match = pattern.search(failure.clues[where])
            if not match:
                return None  # The short message is asked before the file.
            names.update(match.groupdict())
        if self.cause:
            from .causes import cause
            found = cause(self.cause)(failure)
            if found is None:
                return None
            names.update(found)
        return names


@dataclass(frozen=True)
class Confusion:
    """A mistake that many make: how it shows, and what its author is told.

    `source` is where people met it, `lesson` the page of the course on it, if
    there is one. One of the `signs` is enough; what it finds stands for the
    {names} in `says`. Unless the signs are `certain`, a fault on which the
    test passes explains it better.
    """

    name: str
    title: str
    says: str
    source: str
    signs: tuple[Sign, ...]
    certain: bool
    lesson: str | None = None

    def told(self, failure: Failure) -> str | None:
        """Return what to say of a failure; None if there is no sign."""
        for sign in self.signs:
            names = sign.names(failure)
            if names is not None:
                return self.says.format_map(names)
        return None


@dataclass(frozen=True)
class OnFault:
    """How the tests ended on a fault, which stands at `place`."""

    fault: Fault
    place: str
    tests: _Outcomes

    @cached_property
    def passing(self) -> frozenset[str]:
        """The tests that pass on it."""
        return frozenset(test for test, outcome in self.tests.items()
                         if outcome.status == Status.PASSED)


@lru_cache(maxsize=None)
def confusions() -> tuple[Confusion, ...]:
    """Return the table of confusions, in the order in which they are tried."""
    table = tomllib.loads(TABLE.read_text("utf-8"))
    return tuple(
        Confusion(
            row["name"], row["title"], row["says"], row["source"],
            tuple(Sign({where: re.compile(sign[where], re.MULTILINE)
                        for where in _PLACES if where in sign},
                       sign.get("cause", ""))
                  for sign in row["signs"]),
            row.get("certain", True), row.get("lesson"))
        for row in table["confusion"])


def coach(tests: _Outcomes, files: Mapping[str, Path],
          on_faults: Sequence[OnFault] = (),
          on_refactorings: Sequence[_Outcomes] = (), *,
          subject: KnownModules | None = None,
          shown: Mapping[str, Mapping[str, Any]] | None = None,
          executes: Mapping[str, tuple[Sequence[str], bool]] | None = None
          ) -> dict[str, str]:
    """Return what to say of the tests that fail on the right modules.

    `tests` may hold files that cannot be imported, too; `files` are the test
    files, by the names that messages give them. `subject` are the modules
    under test, `shown` is what the errors showed where they were raised, and
    `executes` which functions each test executes. The first that fits is
    said: a confusion whose signs are certain, a fault on which the test
    passes, a confusion that is likely. Of others nothing is said.
    """
    failing = {test: outcome for test, outcome in tests.items()
               if outcome.status in FAILING}
    if not failing:
        return {}
    # Here: most suites are green, and need none of it.
    from .causes.failure import Reader
    from .causes.known_modules import NOTHING
    reader = Reader(
        files, subject or NOTHING, shown or {}, None if executes is None else {
            test: names for test, (names, _) in executes.items()})
    coaching = {}
    for test, outcome in failing.items():
        failure = reader.failure(test, outcome.status, outcome.message)
        # A test may be written in ways that nobody has thought of: then
        # nothing is said, and the rest of the report is not lost.
        with suppress(Exception):
            if text := explained(failure, on_faults, on_refactorings):
                coaching[test] = text
    return coaching


def explained(failure: Failure, on_faults: Sequence[OnFault] = (),
              on_refactorings: Sequence[_Outcomes] = ()) -> str | None:
    """Return what to say of one failure; None where nothing fits."""
    return (_explained(failure, certain=True)
            or _asks_for(failure, on_faults, on_refactorings)
            or _explained(failure, certain=False))


def _explained(failure: Failure, certain: bool) -> str | None:
    """Return what the first confusion with a sign in a failure says."""
    said = ((row.told(failure), row.lesson) for row in confusions()
            if row.certain == certain)
    return next((text + _read_on(lesson) for text, lesson in said if text),
                None)


def _read_on(lesson: str | None) -> str:
    """Return where the course says more, after a text; nothing if nowhere."""
    return f" Lesson: {lesson}." if lesson else ""


def _asks_for(failure: Failure, on_faults: Sequence[OnFault],
              on_refactorings: Sequence[_Outcomes]) -> str | None:
    """Return which fault a test takes for right, if there is one.

    Only of an assertion of its own that failed: an error, or an assertion in
    the modules, may be missing on a fault for any reason. Of several faults
    it is the one on which most tests of the suite pass: what else the author
    believes agrees with it best. Then a fault of the tasks comes before
    others, and the table's order tells. A test that passes on correct code as
    well, a refactoring, passes by chance or by how code is written.
    """
    test = failure.test
    if failure.status != Status.FAILED or failure.ends_inside or any(
            tests[test].status == Status.PASSED for tests in on_refactorings
            if test in tests):
        return None
    found = [each for each in on_faults if test in each.passing]
    if not found:
        return None
    best = max(found, key=lambda each: (
        len(each.passing), each.fault.level == "core"))
    return ("This test passes on a module with a fault, so the fault is what "
            f"it asks for: “{best.fault.breaks}” The right code is at "
            f"{best.place}: expect what it does."
            f"{_read_on(best.fault.lesson)}")


def advised(problems: Iterable[Problem], coaching: Mapping[str, str]
            ) -> tuple[Problem, ...]:
    """Return problems, those of imports with what coaching says of them."""
    return tuple(
        replace(each, advice=coaching.get(each.test, each.advice))
        if each.kind == "import" else each for each in problems)
