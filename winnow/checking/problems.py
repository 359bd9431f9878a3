"""What the author of a suite should fix, besides missed faults.

Most of it is measured, by running; the rest is read off the files.
"""
from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from winnow.execution.runtime.assertion_trace import (
    OF_MOCK,
    OF_PYTEST,
    OF_UNITTEST,
)
from winnow.model.findings import IDLE, Problem
from winnow.model.identifier import module_of
from winnow.model.outcome import Status
from winnow.model.report import Report
from winnow.suites.analysis import SuiteAnalysis
from winnow.suites.definitions import Function
from winnow.suites.smells.mocks import RAISES

from .causes.known_modules import KnownModules
from .leftovers import left_problems
from .outcomes import Seen

if TYPE_CHECKING:  # Suites in which nothing is doubted need it not.
    from .causes.failure import Reader

# How many modules are named to whom calls none of them.
_MOST_NAMED = 3
# Words in the names of functions that may assert what nobody knows.
_MAY_ASSERT = ("assert", "expect", "should", "verify", "check", "ensure",
               "raise", "fail", "must", "validate", "compare", "eq_", "ok_")
# Problems by which a test catches nothing, and that it does not.
_REASONS = ("mock-assertion", "tautology", "swallowed", "unreached",
            "assert-two-arguments", "async-never-runs", "own-copy",
            "over-mocked")
_RESULTS = ("no-assertion", "executes-nothing", IDLE)
_LISTENED_TO = {
    *(f"pytest.{name}" for name in OF_PYTEST),
    *(f"{owner}.{name}" for owner in ("self", "cls") for name in OF_UNITTEST)}


class Problems:
    """The problems that the runs of one suite, and its files, have shown."""

    def __init__(self, report: Report, seen: Seen, reading: SuiteAnalysis
                 ) -> None:
        """Take what was judged, and what was seen on the right modules."""
        self._report = report
        self._paths = reading.paths
        self._subject = KnownModules.of(report.subject)
        self._broken = {*seen.files, *seen.passed_over, *(
            each.test for each in report.problems)}
        self._seen = seen
        self._definitions = reading.definitions
        self._smells = reading.smells
        self._failing = {test for each in report.faults
                         for test in each.failed_by}

    def all(self, needing: Mapping[str, str], is_whole: bool
            ) -> tuple[Problem, ...]:
        """Return all of them, by their places; those of no place first.

        `needing` says of tests that they need others. Unless it `is_whole`,
        more faults were there than were tried.
        """
        found = [*filter(self._is_certain, self._smells),
                 *self._measured(needing)]
        if is_whole:
            for tests in self._functions().values():
                if not any(map(self._report.catches, tests)):
                    found += self._idle(max(tests, key=self._executes))
        return tuple(sorted(_once(found, self._function_of),
                            key=lambda each: (each.file, each.line or 0)))

    def _measured(self, needing: Mapping[str, str]) -> Iterator[Problem]:
        """Yield what the runs on the right modules have shown."""
        yield from left_problems(self._seen.changed, self._definitions,
                                 self._report.subject)
        for test, says in needing.items():
            yield self._of(
                "order", test, says,
                "Make all that it needs in setUp or in a fixture, and undo "
                "what outlives the test.")
        yield from self._without_tests()
        for tests in self._functions().values():
            yield from self._unasserted(tests)
            yield from self._over_mocked(tests)

    def _is_certain(self, smell: Problem) -> bool:
        """Tell whether the runs have not shown a smell to be none.

        A plugin, or a setting, may run what is asynchronous. A check that
        fails its test is told where that is.
        """
        if smell.kind == "mock-assertion" and RAISES in smell.detail:
            return any(self._function_of(smell) == (
                found.file, found.function.lineno) for found in filter(
                    None, map(self._definitions.of, self._report.valid)))
        return (smell.kind != "async-never-runs"
                or not self._executes(smell.test))

    def _function_of(self, problem: Problem) -> tuple[str, int] | None:
        """Return the file of a problem, and the line of its function."""
        if not problem.line:
            return None
        found = self._definitions.around(problem.file, problem.line)
        return (problem.file, found.lineno) if found else None

    def _executes(self, test: str) -> bool:
        """Tell whether a test executes anything of the modules."""
        return bool(self._report.executes.get(test, ((), False))[0])

    def _uses(self, test: str) -> bool:
        """Tell whether a test executes more than what makes an instance."""
        return any(not name.endswith(".__init__") for name in
                   self._report.executes.get(test, ((), False))[0])

    def _functions(self) -> dict[object, list[str]]:
        """Return the valid tests by the functions that they are rows of."""
        rows: dict[object, list[str]] = {}
        for test in self._report.valid:
            found = self._definitions.of(test)
            key = (found.file, found.function.lineno) if found else test
            rows.setdefault(key, []).append(test)
        return rows

    def _unasserted(self, tests: Sequence[str]) -> Iterator[Problem]:
        """Yield that a test asserts nothing, if none of its rows does."""
        if not any(map(self._asserts, tests)):
            yield self._of(
                "no-assertion", tests[0], "It asserts nothing: no assertion "
                "was executed.", "Say what should be so, with an assertion "
                "that is reached each time.")

    def _over_mocked(self, tests: Sequence[str]) -> Iterator[Problem]:
        """Yield that a test calls what it has replaced, and no more."""
        if self._seen.traced is None or any(map(self._uses, tests)):
            return
        from .causes.replaced import called_mock
        names = {called_mock(self._reader.failure(test, Status.PASSED, None))
                 for test in tests}
        name = names.pop()
        if name and not names:
            yield self._of(
                "over-mocked", tests[0], f"It replaces `{name}` and then "
                "calls it: the mock answers, and none of the code that it "
                "is to test runs.", f"Let `{name}` be the real one, and "
                f"replace what `{name}` calls in turn.")

    @cached_property
    def _reader(self) -> Reader:
        """What reads each file of tests once."""
        from .causes.failure import Reader
        return Reader(self._paths, self._subject, {}, {
            test: names for test, (names, _) in self._report.executes.items()})

    def _without_tests(self) -> Iterator[Problem]:
        """Yield that a file is named for a module, and holds no test."""
        modules = self._report.subject.modules
        for file in self._report.files if self._report.exercise else ():
            name = module_of(file)
            if name in {f"test_{module}" for module in modules} and not any(
                    test.startswith(f"{name}.")
                    for test in self._report.tests) and (
                        file not in self._broken):
                yield Problem(
                    "no-test", file, f"{file} holds no test.",
                    "Write the first: a method `def test_…(self):` in a "
                    "`class Test…(unittest.TestCase):`.", file, 1)

    def _idle(self, test: str) -> Iterator[Problem]:
        """Yield that a test, with all its rows, catches nothing."""
        report = self._report
        found = self._definitions.of(test)
        if (not report.faults or not self._asserts(test)
                or found and _is_expected_to_fail(found.function)):
            return
        if self._seen.asserting is None:
            return  # The traced run differed: nobody knows what is executed.
        if self._executes(test):
            is_sparse = report.exercise and report.exercise.sparse
            if is_sparse or not report.is_complete:
                return
            yield self._of(
                IDLE, test, "It catches none of the "
                f"{len(report.faults)} faults.", "Ask what mistake would make "
                "it fail. If there is none, it can go.")
        else:
            modules = (" or ".join(map(report.subject.file_of,
                                       report.concerns))
                       if len(report.concerns) <= _MOST_NAMED
                       else "the modules to be tested")
            yield self._of(
                "executes-nothing", test, f"It calls no function of "
                f"{modules}, and catches none of the faults.",
                "Call what you test, as its users do, and replace only what "
                "it calls in turn.")

    def _asserts(self, test: str) -> bool:
        """Tell whether a test asserts, or might in ways that nobody sees."""
        asserting = self._seen.asserting
        if (asserting is None or test in asserting
                or test in self._failing):
            return True
        found = self._definitions.of(test)
        if found is None:
            return True
        return (_is_expected_to_fail(found.function)
                or any(_may_assert(node, self._report.runner)
                       for node in ast.walk(found.function)))

    def _of(self, kind: str, test: str, detail: str, advice: str) -> Problem:
        """Return a problem of a test, with the place where it stands."""
        found = self._definitions.of(test)
        return Problem(kind, test, detail, advice,
                       found.file if found else "",
                       found.function.lineno if found else None)


def _once(problems: Iterable[Problem],
          function_of: Callable[[Problem], object]) -> Iterator[Problem]:
    """Yield problems, but those of which another one is the reason.

    A test that only seems to assert is told so, and not that it catches
    nothing besides.
    """
    problems = list(dict.fromkeys(problems))
    told = {function_of(each) for each in problems if each.kind in _REASONS}
    for each in problems:
        function = function_of(each)
        if each.kind not in _RESULTS or function is None or (
                function not in told):
            yield each


def _may_assert(node: ast.AST, runner: str) -> bool:
    """Tell whether a node may fail a test in a way that is not listened to.

    Calls of unittest's, mock's and pytest's own are, and assert statements:
    if none of those was executed, that they stand there changes nothing.
    """
    if isinstance(node, ast.Raise):
        return True
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    if called in _LISTENED_TO:
        return called.startswith("pytest.") and runner != "pytest"
    owner, _, last = called.rpartition(".")
    if owner and last in OF_MOCK:
        return False
    return any(word in called.lower() for word in _MAY_ASSERT)


def _is_expected_to_fail(function: Function) -> bool:
    """Tell whether a test is marked as one that fails as things are."""
    return any("xfail" in said or "expectedFailure" in said
               for said in map(ast.unparse, function.decorator_list))
