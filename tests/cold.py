"""Runs a suite in this fresh process, and prints how each test ended.

`python cold.py unittest|pytest`, in the folder where the tests and the modules
stand. It knows nothing of the checker, whose verdicts are held against it.
Printed is one JSON object: an outcome by the id of a test; by `module.` or
`module.Class.` where that is what went wrong.
"""
import json
import os
import sys
import unittest
from typing import Any

Outcomes = dict[str, str]


def kind(error: object) -> str:
    """Tell an assertion, or what pytest.fail raises, from an accident."""
    names = {each.__name__ for each in type(error).__mro__}
    return "failed" if names & {"AssertionError", "Failed"} else "error"


class Result(unittest.TestResult):
    """Keeps an outcome for each test; that it failed outweighs an error."""

    def __init__(self) -> None:
        """Begin with no outcomes."""
        super().__init__()
        self.outcomes: Outcomes = {}
        self.last = ""

    def note(self, test: str, outcome: str) -> None:
        """Keep the outcome that weighs more."""
        weights = ["passed", "skipped", "error", "failed"]
        self.outcomes[test] = max(
            self.outcomes.get(test, "passed"), outcome, key=weights.index)

    def startTest(self, test: unittest.TestCase) -> None:
        """Take a test for passed until more is known."""
        super().startTest(test)
        self.last = test.id()
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
            # Its error shows when the next class begins.
            name = max(each for each in self.outcomes
                       if each.startswith(f"{place}."))
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


def by_unittest() -> Outcomes:
    """Run the tests of this folder as `python -m unittest` does."""
    result = Result()
    unittest.defaultTestLoader.discover(os.getcwd()).run(result)
    return result.outcomes


class Listener:
    """A plugin of pytest's that keeps the first failure of each test."""

    def __init__(self) -> None:
        """Begin with no outcomes."""
        self.outcomes: Outcomes = {}
        self.raised: Any = None

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
        file, _, rest = report.nodeid.partition("::")
        name, bracket, row = rest.partition("[")
        test = ".".join([file.removesuffix(".py"), *name.split("::")])
        if self.outcomes.get(test + bracket + row, "passed") == "passed":
            self.outcomes[test + bracket + row] = outcome

    def pytest_collectreport(self, report: Any) -> None:
        """Note a file that could not be imported."""
        if report.failed:
            self.outcomes[f"{report.nodeid.removesuffix('.py')}."] = "error"


def by_pytest() -> Outcomes:
    """Run the tests of this folder as `pytest` does.

    One file that cannot be imported does not keep it from running the others.
    """
    import pytest  # Every process of the other kind would pay for it.
    listener = Listener()
    pytest.main(["-pno:cacheprovider", "--continue-on-collection-errors",
                 f"-c{os.devnull}", "--rootdir=."], plugins=[listener])
    return listener.outcomes


if __name__ == "__main__":
    # As `python -m` has it: the folder where one stands comes first.
    sys.path[0] = os.getcwd()
    stdout = os.dup(1)
    os.dup2(2, 1)  # Whatever the tests print goes elsewhere.
    told = by_pytest() if sys.argv[1] == "pytest" else by_unittest()
    with open(stdout, "w", encoding="ascii") as answer:
        json.dump(told, answer)
    os._exit(0)  # What a test has left running is not waited for.
