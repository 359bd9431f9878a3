"""Runs a suite as `python -m unittest` does, and tells each test's end."""
from __future__ import annotations

import copy
import re
import sys
import unittest
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Union, cast

from winnow.execution.event import FixtureBegins
from winnow.execution.runtime.recorder import Recorder, status_of
from winnow.model.outcome import FINE, Status

from ..job import ANEW

_Info = Union[tuple[type[BaseException], BaseException, TracebackType],
              tuple[None, None, None]]


class _Result(unittest.TestResult):
    """Tells what happens to the tests; keeps the worst of each.

    The base class is not called for failures: it would format each traceback
    whole, which takes longer than the test.
    """

    def __init__(self, stage: Recorder) -> None:
        """Tell the events to this stage."""
        super().__init__()
        self._stage = stage
        self._end: tuple[Status, str | None] = (Status.PASSED, None)
        self._id = ""
        self._last: dict[str, str] = {}
        self.unset: dict[str, tuple[Status, str]] = {}

    def startTest(self, test: unittest.TestCase) -> None:
        """Begin a test: it passes unless something else is said."""
        super().startTest(test)
        self._end = (Status.PASSED, None)
        self._id = test.id()
        self._stage.start(self._id)

    def stopTest(self, test: unittest.TestCase) -> None:
        """Tell how the test ended."""
        super().stopTest(test)
        for name in (_class_of(test), type(test).__module__):
            # What goes wrong after it is a failure of a test that passed.
            if self._end[0] == Status.PASSED or name not in self._last:
                self._last[name] = self._id
        self._stage.end(self._id, *self._end)
        if self._stage.is_over:
            self.stop()

    def addError(self, test: unittest.TestCase, err: _Info) -> None:
        """Note an exception in a test, or in what is set up around tests."""
        if hasattr(test, "_testMethodName"):
            self._note(err)
        else:
            self._note_fixture(test.id(), err)

    def addFailure(self, test: unittest.TestCase, err: _Info) -> None:
        """Note a failed assertion."""
        self._note(err)

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase,
                   err: _Info | None) -> None:
        """Note a failed subtest as its test's failure."""
        if err is not None:
            self._note(err)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        """Note a test, or a whole class, that is skipped."""
        reason = str(reason)  # A decorator takes anything for one.
        if hasattr(test, "_testMethodName"):
            if self._end[0] == Status.PASSED:
                self._end = (Status.SKIPPED, reason)
        else:
            self.unset[_described(test.id())[1]] = (Status.SKIPPED, reason)

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        """Note a test that was expected to fail and did not."""
        self._end = (Status.FAILED, "It was expected to fail, and passed.")

    def _note(self, err: _Info) -> None:
        """Keep the first of several failures, assertions before accidents."""
        error = err[1]
        assert error is not None
        status = status_of(error)
        if self._end[0] in FINE or (
                self._end[0] == Status.ERROR and status == Status.FAILED):
            self._end = (status, self._stage.message(error, err[2]))

    def _note_fixture(self, description: str, err: _Info) -> None:
        """Note an exception in setUpClass, tearDownModule and the like."""
        error = err[1]
        assert error is not None
        message = self._stage.message(error, err[2])
        phase, name = _described(description)
        if phase.startswith("setUp"):
            self.unset[name] = (status_of(error), f"{phase}: {message}")
        elif name in self._last:
            # As pytest has it: it is the last test's end that went wrong.
            self._stage.end(self._last[name], status_of(error),
                            f"{phase}: {message}")


class _Suite(unittest.TestSuite):
    """Tells for which tests a class or a module is set up."""

    def __init__(self, tests: list[unittest.TestCase], stage: Recorder,
                 result: unittest.TestResult) -> None:
        """Tell it to this stage; `result` knows what is set up."""
        super().__init__(tests)
        self._stage = stage
        self._result = result
        self._ids: dict[str, list[str]] = {}
        for test in tests:
            for name in (_class_of(test), type(test).__module__):
                self._ids.setdefault(name, []).append(test.id())

    def __iter__(self) -> Iterator[unittest.TestCase]:
        """Yield the tests in their order, or from a pause on by a schedule.

        Without either, none is held here: unittest lets go of each that ran.
        """
        if not self._may_repeat():
            yield from cast(Iterator[unittest.TestCase], super().__iter__())
            return
        tests = {test.id(): test for test in self._tests}
        for test in list(self._tests):
            if self._stage.schedule:
                break
            yield test
        schedule = self._stage.schedule
        if not schedule:
            return
        ran = set[str]()
        for name in schedule.tests:
            if name == ANEW:
                self._tear_down_all()
            if name not in tests:
                continue  # Its name holds what a fault has changed.
            if name in ran and not schedule.one_by_one:
                self._tear_down_all()
                ran.clear()
            ran.add(name)
            yield _anew(tests[name])

    def _tear_down_all(self) -> None:
        """Tear down what is set up, for another round sets it up anew."""
        self._tearDownPreviousClass(  # type: ignore[attr-defined]
            None, self._result)
        self._handleModuleTearDown(  # type: ignore[attr-defined]
            self._result)
        setattr(self._result, "_previousTestClass", None)

    def _may_repeat(self) -> bool:
        """Tell whether a test may run again, by a schedule."""
        return bool(self._stage.job.until or self._stage.schedule)

    def _removeTestAtIndex(self, index: int) -> None:
        """Let go of a test that has run, where no schedule needs it again."""
        if not self._may_repeat():
            super()._removeTestAtIndex(index)  # type: ignore[misc]

    def _handleModuleFixture(
            self, test: unittest.TestCase, result: Any) -> None:
        """Set up a module, if it is another than the last test's."""
        if self._stage.independence:
            self._stage.independence.before(test)
        last = getattr(result, "_previousTestClass", None)
        if getattr(last, "__module__", None) != type(test).__module__:
            self._tell(type(test).__module__)
        with self._setup(type(test).__module__):
            super()._handleModuleFixture(test, result)  # type: ignore[misc]

    def _handleClassSetUp(self, test: unittest.TestCase, result: Any) -> None:
        """Set up a class, if it is another than the last test's."""
        if getattr(result, "_previousTestClass", None) is not type(test):
            self._tell(_class_of(test))
        with self._setup(_class_of(test)):
            super()._handleClassSetUp(test, result)  # type: ignore[misc]

    def _tell(self, name: str) -> None:
        """Tell which tests wait for this fixture."""
        self._stage.emit(FixtureBegins(self._ids[name]))

    def _setup(self, name: str) -> AbstractContextManager[None]:
        """Let what is executed count for the tests of a class or a module."""
        return self._stage.setups.of(self._ids[name], self._ids[name])


def _anew(test: unittest.TestCase) -> unittest.TestCase:
    """Return a test on an object of its own, for it may run twice."""
    one = copy.copy(test)
    context = getattr(test, "_asyncioTestContext", None)
    if context is not None:
        # What a test sets in it would be there for the next.
        setattr(one, "_asyncioTestContext", context.copy())
    return one


def run_suite(stage: Recorder) -> None:
    """Import all files, then run all their tests in order."""
    # The list stays, for the next suite in this process to find it.
    sys.argv[:] = ["python -m unittest"]
    tests = _collected(stage)
    fixtures = {test.id(): (_class_of(test), type(test).__module__)
                for test in tests}
    result = _Result(stage)
    with warnings.catch_warnings():
        if not sys.warnoptions:  # As unittest's own runner does.
            warnings.simplefilter("default")
        stage.ready()
        if stage.independence:
            stage.independence.begin(tests)
        suite = _Suite(tests, stage, result)
        tests.clear()  # Only the suite holds them, and lets go of each.
        suite.run(result)
        stage.over()
    for test, names in fixtures.items():
        for name in names:
            if test not in stage.ended and name in result.unset:
                stage.end(test, *result.unset[name])


def _collected(stage: Recorder) -> list[unittest.TestCase]:
    """Import all files, and return the tests that are to be run."""
    loader = unittest.TestLoader()
    tests: list[unittest.TestCase] = []
    for file in stage.job.files:
        module = stage.load(file)
        if module is not None:
            try:
                found = list(_flat(
                    loader.loadTestsFromModule(cast(Any, module))))
            except Exception as error:  # A load_tests may give anything.
                stage.broken(file, error)
                continue
            for test in found:
                # What stands for a load_tests that has failed.
                failed = getattr(test, "_exception", None)
                if isinstance(failed, Exception):
                    stage.broken(file, failed)
                    continue
                _name_by_place(test, stage.job.package)
                if test.id() not in stage.job.without:
                    tests.append(test)
    return tests


def _name_by_place(test: unittest.TestCase, package: str) -> None:
    """Let a test's id begin with the file's place in the project's folder.

    So it does in pytest, and where the folder is imported as no package.
    """
    name = test.id()
    if package and name.startswith(f"{package}."):
        setattr(test, "id", lambda: name[len(package) + 1:])


def _flat(suite: unittest.TestSuite) -> Iterator[unittest.TestCase]:
    """Yield the tests of a suite of suites in order."""
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from _flat(test)
        elif isinstance(test, unittest.TestCase):
            yield test
        else:
            raise TypeError(f"{test!r} is no test")


def _class_of(test: unittest.TestCase) -> str:
    """Return a test's class as unittest names it in a fixture's error."""
    return f"{type(test).__module__}.{type(test).__qualname__}"


def _described(description: str) -> tuple[str, str]:
    """Return the phase and the name in "setUpClass (module.Class)"."""
    match = re.fullmatch(r"(\w+) \((.*)\)", description)
    return (match[1], match[2]) if match else ("", description)
