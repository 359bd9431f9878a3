"""Runs a suite in this fresh process, and writes how each test ended.

`python cold.py unittest|pytest ANSWER [TEST ...]`, in the folder where the
tests and the modules stand. It knows nothing of the checker, whose verdicts
are held against it. Added to the file ANSWER is a line of JSON for each
outcome, as soon as it is known: the id of a test, or `module.` or
`module.Class.` where that is what went wrong, and the outcome. The last one
of a name counts; `null` says that all is told. Tests named are left out.
"""
import os
import sys
import unittest

# By names of their own: a test may have patched them in their modules.
from json import dumps
from os import O_APPEND, O_CREAT, O_WRONLY, _exit, close, getpid, write
from os import open as open_file
from typing import Any


class Outcomes(dict[str, str]):
    """The outcomes so far, each of them written as it is put in.

    The file is open no longer than that: some tests write into, or close, all
    that is. A process that a test has cloned does not write.
    """

    def __init__(self, path: str) -> None:
        """Begin with no outcomes, told in the file of this path."""
        super().__init__()
        self._path = path
        self._pid = getpid()

    def __setitem__(self, test: str, outcome: str) -> None:
        """Keep and tell an outcome."""
        super().__setitem__(test, outcome)
        self.tell([test, outcome])

    def tell(self, what: object) -> None:
        """Add a line to the file."""
        if getpid() == self._pid:
            file = open_file(self._path, O_WRONLY | O_APPEND | O_CREAT)
            write(file, dumps(what).encode() + b"\n")
            close(file)


def kind(error: object) -> str:
    """Tell an assertion, or what pytest.fail raises, from an accident."""
    names = {each.__name__ for each in type(error).__mro__}
    return "failed" if names & {"AssertionError", "Failed"} else "error"


class Result(unittest.TestResult):
    """Keeps an outcome for each test; that it failed outweighs an error."""

    def __init__(self, outcomes: Outcomes) -> None:
        """Put the outcomes where they are told."""
        super().__init__()
        self.outcomes = outcomes

    def note(self, test: str, outcome: str) -> None:
        """Keep the outcome that weighs more."""
        weights = ["passed", "skipped", "error", "failed"]
        self.outcomes[test] = max(
            self.outcomes.get(test, "passed"), outcome, key=weights.index)

    def startTest(self, test: unittest.TestCase) -> None:
        """Take a test for passed until more is known."""
        super().startTest(test)
        if type(test).__name__ != "_FailedTest":  # Which is a file's error.
            self.note(test.id(), "passed")

    def addError(self, test: Any, err: Any) -> None:
        """Note an accident, of a test or of what stands around tests."""
        name = test.id()
        phase, _, place = name.rstrip(")").partition(" (")
        if type(test).__name__ == "_FailedTest":
            name = f"{name.rpartition('.')[2]}."
        elif phase.startswith("setUp"):
            name = f"{place}."
        elif phase.startswith("tearDown"):
            # Its error shows when the next class begins. It is a failure of
            # the last test that had none of its own.
            names = [each for each in self.outcomes
                     if each.startswith(f"{place}.")]
            name = max([each for each in names
                        if self.outcomes[each] == "passed"] or names)
        self.note(name, kind(err[1]))

    def addFailure(self, test: unittest.TestCase, err: Any) -> None:
        """Note an assertion that failed."""
        self.note(test.id(), "failed")

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase,
                   err: Any) -> None:
        """Note a subtest's failure as its test's."""
        if err is not None:
            self.note(test.id(), kind(err[1]))

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        """Note a test that was skipped."""
        self.note(test.id(), "skipped")

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:
        """Note a test that should have failed."""
        self.note(test.id(), "failed")


def without(left_out: list[str], suite: Any) -> Any:
    """Return a suite, or a test, but for the tests that are left out."""
    if not isinstance(suite, unittest.TestSuite):
        return suite
    return type(suite)([
        without(left_out, each) for each in suite
        if isinstance(each, unittest.TestSuite) or each.id() not in left_out])


def by_unittest(outcomes: Outcomes, left_out: list[str]) -> None:
    """Run the tests of this folder as `python -m unittest` does."""
    # No name is given to what was found: it would keep tests that are over.
    without(left_out, unittest.defaultTestLoader.discover(os.getcwd())).run(
        Result(outcomes))


def test_of(nodeid: str) -> str:
    """Return the id of a test, which pytest calls by its file."""
    file, _, rest = nodeid.partition("::")
    name, bracket, row = rest.partition("[")
    return ".".join([file.removesuffix(".py"), *name.split("::")]
                    ) + bracket + row


class Listener:
    """A plugin of pytest's that keeps the first failure of each test."""

    def __init__(self, outcomes: Outcomes, left_out: list[str]) -> None:
        """Put the outcomes where they are told."""
        self.outcomes = outcomes
        self.left_out = left_out
        self.raised: Any = None

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Leave out the tests that are not to be run."""
        items[:] = [item for item in items
                    if test_of(item.nodeid) not in self.left_out]

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        """Note what was raised in the phase of which a report follows."""
        self.raised = call.excinfo and call.excinfo.value

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note how a phase of a test, or a subtest, ended."""
        outcome = "passed"
        if report.failed:
            outcome = kind(self.raised) if self.raised else "failed"
        elif report.skipped and not hasattr(report, "wasxfail"):
            outcome = "skipped"
        test = test_of(report.nodeid)
        if self.outcomes.get(test, "passed") == "passed":
            self.outcomes[test] = outcome

    def pytest_collectreport(self, report: Any) -> None:
        """Note a file that could not be imported."""
        if report.failed:
            self.outcomes[f"{report.nodeid.removesuffix('.py')}."] = "error"


def by_pytest(outcomes: Outcomes, left_out: list[str]) -> None:
    """Run the tests of this folder as `pytest` does.

    One file that cannot be imported does not keep it from running the others.
    """
    import pytest  # Every process of the other kind would pay for it.
    pytest.main(["-pno:cacheprovider", "--continue-on-collection-errors",
                 f"-c{os.devnull}", "--rootdir=."],
                plugins=[Listener(outcomes, left_out)])


if __name__ == "__main__":
    # As `python -m` has it: the folder where one stands comes first.
    sys.path[0] = os.getcwd()
    _, runner, answer, *others = sys.argv
    told = Outcomes(answer)
    (by_pytest if runner == "pytest" else by_unittest)(told, others)
    told.tell(None)
    _exit(0)  # What a test has left running is not waited for.
