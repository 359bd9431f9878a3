"""What was seen of a suite that its author should mend, beside the missed.

Most of it is measured, by running; the rest is read off the files.
"""
from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from .findings import IDLE, Problem
from .reading import Reading
from .verdict import Report, Seen

# How many lines may change a thing, at most, for one to be named.
_FEW = 3
_UNDO = {
    "patch": "Use `with patch(…)` or `@patch`, or call "
             "`self.addCleanup(patcher.stop)` where you start it.",
    "environment": "Use `patch.dict(os.environ, …)`, which sets it back.",
    "process": "Set it back, in `self.addCleanup(…)` or behind a fixture's "
               "`yield`.",
}
# What else of a process may be left changed: how that is said, and the ends
# of calls that do it.
_PROCESS = {
    "folder": ("the current folder is another one", ("chdir",)),
    "path": ("sys.path is changed", ("path.append", "path.insert")),
    "threads": ("a thread still runs", ("Thread", "Timer", "Executor")),
    "signals": ("the handler of a signal is changed", ("signal.signal",)),
    "logging": ("logging is disabled", ("logging.disable",)),
}
# Words in the names of functions that may assert what nobody knows.
_MAY_ASSERT = ("assert", "expect", "should", "verify", "check", "ensure",
               "raise", "fail", "must", "validate", "compare")


class Problems:
    """The problems that the runs of one suite, and its files, have shown."""

    def __init__(self, report: Report, seen: Seen, reading: Reading) -> None:
        """Take what was judged, and what was seen on the right modules."""
        self._report = report
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
        found = [*self._measured(needing), *filter(
            self._is_certain, self._smells)]
        if is_whole:
            for tests in self._functions().values():
                if not any(map(self._report.catches, tests)):
                    found += self._idle(tests[0])
        return tuple(sorted(dict.fromkeys(found),
                            key=lambda each: (each.file, each.line or 0)))

    def _measured(self, needing: Mapping[str, str]) -> Iterator[Problem]:
        """Yield what the runs on the right modules have shown."""
        for kind, name in self._seen.changed:
            yield self._left(kind, name)
        for test, says in needing.items():
            yield self._of(
                "order", test, says,
                "Let it make all that it needs: in setUp, or in a fixture, "
                "and undo what outlives it.")
        for test in self._report.valid:
            yield from self._unasserted(test)

    def _is_certain(self, smell: Problem) -> bool:
        """Tell whether the runs have not shown a smell to be none.

        A plugin, or a setting, may run what is asynchronous.
        """
        return (smell.kind != "async-never-runs"
                or not self._report.executes.get(smell.test, ((), False))[0])

    def _functions(self) -> dict[object, list[str]]:
        """Return the valid tests by the functions that they are rows of."""
        rows: dict[object, list[str]] = {}
        for test in self._report.valid:
            found = self._definitions.of(test)
            key = (found.file, found.function.lineno) if found else test
            rows.setdefault(key, []).append(test)
        return rows

    def _unasserted(self, test: str) -> Iterator[Problem]:
        """Yield that a test asserts nothing, if it does not."""
        if not self._asserts(test):
            yield self._of(
                "no-assertion", test, "It asserts nothing: no assertion was "
                "executed.", "Say what should be so, with an assertion that "
                "is reached each time.")

    def _idle(self, test: str) -> Iterator[Problem]:
        """Yield that a test, with all its rows, catches nothing."""
        report = self._report
        if not (report.is_complete and report.faults) or not self._asserts(
                test):
            return
        if report.executes.get(test, ((), False))[0]:
            yield self._of(
                IDLE, test, "It catches none of the "
                f"{len(report.faults)} faults.", "Ask what mistake would make "
                "it fail. If there is none, it can go.")
        else:
            modules = " or ".join(map(report.exercise.file_of,
                                      report.concerns))
            yield self._of(
                "executes-nothing", test, f"It executes nothing of {modules}, "
                "and catches none of the faults.", "Call what you test, as "
                "its users do, and replace only its neighbours.")

    def _asserts(self, test: str) -> bool:
        """Tell whether a test asserts, or might in ways that nobody sees."""
        asserting = self._seen.asserting
        if (asserting is None or test in asserting
                or test in self._failing):
            return True
        found = self._definitions.of(test)
        if found is None:
            return True
        return any(_may_assert(node) for node in ast.walk(found.function))

    def _left(self, kind: str, name: str) -> Problem:
        """Return the problem of something that was left changed."""
        if kind == "process":
            what, calls = _PROCESS[name]
            places = list(self._definitions.calling(calls))
        else:
            what = (f"{name} is still replaced" if kind == "patch"
                    else f"the variable {name} is changed")
            places = list(self._definitions.changing(name))
        file, line = places[0] if 0 < len(places) <= _FEW else ("", None)
        test = self._definitions.test_at(file, line) if line else None
        where = f"{file.removesuffix('.py')}.{test}" if test else file
        return Problem(
            "leak", where or "the tests", f"When the tests are over, {what}.",
            _UNDO[kind], file, line)

    def _of(self, kind: str, test: str, detail: str, advice: str) -> Problem:
        """Return a problem of a test, with the place where it stands."""
        found = self._definitions.of(test)
        return Problem(kind, test, detail, advice,
                       found.file if found else "",
                       found.function.lineno if found else None)


def _may_assert(node: ast.AST) -> bool:
    """Tell whether a node may fail a test in a way that is not listened to.

    Calls of unittest's, mock's and pytest's own are, and assert statements:
    if none of those was executed, that they stand there changes nothing.
    """
    if isinstance(node, ast.Raise):
        return True
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    if called.startswith(("self.assert", "self.fail", "pytest.")):
        return False
    last = called.rpartition(".")[2].lower()
    return not last.startswith("assert_") and any(
        word in last for word in _MAY_ASSERT)
