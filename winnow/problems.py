"""What was seen of a suite that its author should mend, beside the missed.

Most of it is measured, by running; the rest is read off the files.
"""
from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from .assertions import OF_MOCK, OF_PYTEST, OF_UNITTEST
from .definitions import Definitions, Function
from .findings import IDLE, Problem
from .reading import Reading
from .verdict import Report, Seen

# How many lines may change a thing, at most, for them to be named.
_FEW = 3
# How many modules are named to whom calls none of them.
_MOST_NAMED = 3
_REPLACED = ("{} is still replaced",
             "Use `with patch(…)` or `@patch`, or call "
             "`self.addCleanup(patcher.stop)` where you start it.")
# What may be left changed, in words, and what to do instead.
_LEFT = {
    "patch": _REPLACED, "attribute": _REPLACED,
    "environment": ("the environment variable {} is still changed",
                    "Use `patch.dict(os.environ, …)`, which sets it back."),
    "folder": ("the current folder is another one",
               "Call `self.addCleanup(os.chdir, os.getcwd())` before you "
               "leave it, or use pytest's `monkeypatch.chdir`."),
    "path": ("sys.path is still changed", "Use `patch.object(sys, 'path', "
             "[…, *sys.path])`, which sets it back."),
    "threads": ("a thread is still running", "Let the test wait for its end, "
                "with `join`, and use an executor in a `with`."),
    "signals": ("a signal still has another handler",
                "`signal.signal` returns the old one: set it back, in "
                "`self.addCleanup(…)`."),
    "logging": ("logging is still disabled", "Call `self.addCleanup("
                "logging.disable, logging.NOTSET)` beside it."),
}
# The ends of calls that change what is the process's.
_CALLS = {
    "folder": ("chdir",), "signals": ("signal.signal",),
    "path": ("sys.path.append", "sys.path.insert", "sys.path.extend",
             "addsitedir"),
    "threads": ("Thread", "Timer", "Executor", "ThreadPool",
                "start_new_thread"),
    "logging": ("logging.disable",),
}
# Words in the names of functions that may assert what nobody knows.
_MAY_ASSERT = ("assert", "expect", "should", "verify", "check", "ensure",
               "raise", "fail", "must", "validate", "compare", "eq_", "ok_")
_LISTENED_TO = {
    *(f"pytest.{name}" for name in OF_PYTEST),
    *(f"{owner}.{name}" for owner in ("self", "cls") for name in OF_UNITTEST)}


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
                    found += self._idle(max(tests, key=self._executes))
        return tuple(sorted(dict.fromkeys(found),
                            key=lambda each: (each.file, each.line or 0)))

    def _measured(self, needing: Mapping[str, str]) -> Iterator[Problem]:
        """Yield what the runs on the right modules have shown."""
        for kind, name in self._seen.changed:
            yield from self._left(kind, name)
        for test, says in needing.items():
            yield self._of(
                "order", test, says,
                "Make all that it needs in setUp or in a fixture, and undo "
                "what outlives the test.")
        for test in self._report.valid:
            yield from self._unasserted(test)

    def _is_certain(self, smell: Problem) -> bool:
        """Tell whether the runs have not shown a smell to be none.

        A plugin, or a setting, may run what is asynchronous.
        """
        return (smell.kind != "async-never-runs"
                or not self._executes(smell.test))

    def _executes(self, test: str) -> bool:
        """Tell whether a test executes anything of the modules."""
        return bool(self._report.executes.get(test, ((), False))[0])

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
        found = self._definitions.of(test)
        if (not report.faults or not self._asserts(test)
                or found and _is_expected_to_fail(found.function)):
            return
        if self._executes(test):
            if report.exercise.sparse or not report.is_complete:
                return
            yield self._of(
                IDLE, test, "It catches none of the "
                f"{len(report.faults)} faults.", "Ask what mistake would make "
                "it fail. If there is none, it can go.")
        else:
            modules = (" or ".join(map(report.exercise.file_of,
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

    def _left(self, kind: str, name: str) -> Iterator[Problem]:
        """Yield the problem of something that was left changed.

        Where no test can be seen to do it, a library, or the module itself,
        may have a reason of its own.
        """
        if kind == "process":
            what, advice = _LEFT[name]
            places = list(self._definitions.calling(_CALLS[name]))
        else:
            what, advice = _LEFT[kind]
            places = list(self._definitions.changing(name))
        if kind != "patch" and not places or (
                kind == "attribute" and any(self._modules.changing(name))):
            return
        where = {(file, self._definitions.test_at(file, line))
                 for file, line in places}
        said = f"When the tests are over, {what.format(name)}."
        if len(where) == 1:
            (file, line), (_, test) = places[0], where.pop()
            yield Problem("leak", f"{_module(file)}.{test}" if test else file,
                          said, advice, file, line)
            return
        if 0 < len(places) <= _FEW:
            said += f" See {_listed(places)}."
        yield Problem("leak", "the tests", said, advice)

    @cached_property
    def _modules(self) -> Definitions:
        """Return the modules that the tests are about, as they are written."""
        return Definitions({
            module: ast.parse(text) for module, text
            in self._report.exercise.sources.items()
            if module in self._report.exercise.modules})

    def _of(self, kind: str, test: str, detail: str, advice: str) -> Problem:
        """Return a problem of a test, with the place where it stands."""
        found = self._definitions.of(test)
        return Problem(kind, test, detail, advice,
                       found.file if found else "",
                       found.function.lineno if found else None)


def _module(file: str) -> str:
    """Return the name under which a file of tests is imported."""
    return file.removesuffix(".py").replace("/", ".")


def _listed(places: Iterable[tuple[str, int]]) -> str:
    """Return places in words, those of a file together."""
    lines: dict[str, list[str]] = {}
    for file, line in places:
        lines.setdefault(file, []).append(str(line))
    return "; ".join(
        f"{file}, line{'s' if len(some) > 1 else ''} {' and '.join(some)}"
        for file, some in lines.items())


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
