"""What the runs mean: which tests are valid, and what they would miss."""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from winnow.model.exercise import CAUGHT_AT, Exercise, Fault, Refactoring
from winnow.model.findings import IDLE, BrokenRule, Problem
from winnow.model.set_cover import smallest_cover
from winnow.execution.result import Run
from winnow.execution.job import FAILING

LOST = ("hung", "crashed")
NOT_RUN = "not run"
# What `parameterized` puts after the name of a function or a class.
_ROW = re.compile(r"_\d+(_[^.]*)?(?=\.|$)")


@dataclass(frozen=True)
class Outcome:
    """How one test ended: passed, failed, error, skipped, hung or crashed.

    `failed` is an assertion, `error` any other exception; `message` says
    where and what, for all but the passed.
    """

    status: str
    message: str | None = None


@dataclass(frozen=True)
class Seen:
    """One run in order: each test's outcome, and what was not a test's.

    `files` are the test files that could not be imported, with the reason;
    `network` the other machines tried, as (test or file, address);
    `executes` the functions that each test executed, and whether it is
    integrated; `reached` when each function was (see `Trace`), None where
    the run was not traced. It `branches` if its imports left nothing behind
    that a clone would miss. `asserting` are the tests that executed an
    assertion, if traced, and `changed` what the run left changed, by kind and
    name. `shown` is what errors show in their own process, by the test and by
    the place (see `Witness`), if traced. `passed_over` are the files that ask
    to be skipped, with the reason; where pytest ended by itself the run
    `is_refused`, as in a fresh process. `uses` are the ports and the files
    outside, by kind and name.
    """

    tests: Mapping[str, Outcome]
    files: Mapping[str, Outcome]
    ended: str
    reason: str
    unviable: str | None
    network: Sequence[tuple[str, str]]
    executes: Mapping[str, tuple[tuple[str, ...], bool]]
    reached: Mapping[str, list[int]] | None
    branches: bool
    loaded: Sequence[str]
    files_loaded: Mapping[str, str]
    asserting: frozenset[str] | None = None
    changed: Sequence[tuple[str, str]] = ()
    shown: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    passed_over: Mapping[str, str] = field(default_factory=dict)
    is_refused: bool = False
    uses: frozenset[tuple[str, str]] = frozenset()

    @property
    def traced(self) -> Mapping[str, tuple[tuple[str, ...], bool]] | None:
        """What each test executes; None where the run was not traced."""
        return None if self.asserting is None else self.executes


def seen(run: Run) -> Seen:
    """Return what a run's events say of its tests.

    A run that hung or crashed did so in the test, or in the import of the
    file, that was on; elsewhere nothing is blamed.
    """
    tests: dict[str, Outcome] = {}
    files: dict[str, Outcome] = {}
    network: list[tuple[str, str]] = []
    executes: dict[str, tuple[tuple[str, ...], bool]] = {}
    loaded: list[str] = []
    files_loaded: dict[str, str] = {}
    reached: dict[str, list[int]] | None = None
    asserting: frozenset[str] | None = None
    changed: list[tuple[str, str]] = []
    shown: dict[str, Mapping[str, Any]] = {}
    passed_over: dict[str, str] = {}
    uses = set[tuple[str, str]]()
    branches = is_refused = is_past = False
    unviable: str | None = None
    ended, reason = run.ended, run.reason
    on: tuple[str, list[str]] | None = None
    for event in run.events:
        match event:
            case ["file", str(file)]:
                on = ("file", [file])
            case ["broken", str(file), str(message)]:
                files[file] = Outcome("error", message)
            case ["unviable", str(module), str(message)]:
                unviable = unviable or f"{module}: {message}"
            case ["start", str(test)]:
                on = ("test", [test])
                tests.setdefault(test, Outcome("passed"))
            case ["tests_over"]:
                is_past = True
            case ["fixture", list(names)]:
                on = ("test", [str(name) for name in names])
            case ["end", str(test), str(status), message]:
                tests[test] = _worse(tests.get(test), status, message)
                on = None
            case ["uses", str(kind), str(name)]:
                uses.add((kind, name))
            case ["passed_over", str(file), str(message)]:
                passed_over[file] = message
            case ["refused", str(message)]:
                ended, reason, is_refused = "crashed", message, True
            case ["stopped", test, str(message)]:
                ended, reason = "crashed", message
                on = ("test", [test]) if isinstance(test, str) else on
            case ["network", test, str(address)]:
                where = test or (on[1][0] if on else "")
                network.append((str(where), address))
            case ["executes", str(test), list(names), bool(crossed)]:
                executes[test] = (tuple(map(str, names)), crossed)
            case ["reached", bool(clonable), dict(slots)]:
                reached, branches = slots, clonable
            case ["asserts", list(names)]:
                asserting = frozenset(map(str, names))
            case ["changed", list(pairs)]:
                changed = [(str(kind), str(name)) for kind, name in pairs]
            case ["shows", where, dict(facts)]:
                shown.setdefault(str(where or facts.get("place")), facts)
            case ["loaded", list(names), dict(paths)]:
                loaded = [str(name) for name in names]
                files_loaded = paths
    # What takes long after the last test is none of its time; what breaks
    # there may well be of its making.
    if ended != "done" and on and not (is_past and ended == "hung"):
        for name in on[1]:
            if on[0] == "test":
                tests[name] = Outcome(ended, reason or None)
            else:
                files.setdefault(name, Outcome(ended, reason or None))
    return Seen(tests, files, ended, reason, unviable, network, executes,
                reached, branches, loaded, files_loaded, asserting, changed,
                shown, passed_over, is_refused, frozenset(uses))


def together(first: Seen, later: Seen, asked: Iterable[str]) -> Seen:
    """Return two runs on the same modules as one.

    The second was asked of some tests that the first had left out.
    """
    asked = frozenset(asked)
    tests = {test: outcome for test, outcome in first.tests.items()
             if test not in asked}
    tests.update((test, outcome) for test, outcome in later.tests.items()
                 if test in asked)
    over = later if first.ended == "done" else first
    return replace(later, tests=tests, ended=over.ended, reason=over.reason)


def _worse(old: Outcome | None, status: str, message: object) -> Outcome:
    """Return a test's outcome when more is said of it, or it runs twice."""
    if old is not None and old.status in FAILING:
        return old
    return Outcome(status, message if isinstance(message, str) else None)


@dataclass(frozen=True)
class FaultVerdict:
    """Whether the valid tests caught a fault, and which of them.

    `outcome` is caught, missed, hung, crashed or unviable; `how` is assertion
    or error where it is caught: a crash of the code under test is weaker
    evidence than an assertion that failed. `failed_by` are those tests in
    which one did. `is_executed` is false where no test executes what is
    changed.
    """

    fault: Fault
    line: int
    outcome: str
    how: str | None
    caught_by: tuple[str, ...]
    is_executed: bool = True
    failed_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class RefactoringVerdict:
    """Which valid tests broke on a correct change of the code."""

    refactoring: Refactoring
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """All that a check found, in the order in which it is to be read.

    `faults` are those of the modules that the suite is about, at the level
    asked for; `coaching` says of tests that are not valid what their author
    may believe; `rules` are the places that break one of the course's, and
    `notes` sentences that ask for nothing. Unless it
    `is_complete`, one test that fails was enough for each fault; one that
    `is_stopped` tells of the faults that were tried by then.
    """

    exercise: Exercise
    concerns: tuple[str, ...]
    files: tuple[str, ...]
    runner: str
    tests: Mapping[str, Outcome]
    executes: Mapping[str, tuple[tuple[str, ...], bool]]
    faults: tuple[FaultVerdict, ...]
    refactorings: tuple[RefactoringVerdict, ...]
    problems: tuple[Problem, ...] = ()
    coaching: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[BrokenRule, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    is_complete: bool = True
    is_stopped: bool = False
    valid: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Derive the valid tests: those that pass on the reference."""
        object.__setattr__(self, "valid", valid_tests(self.tests))

    @property
    def missed(self) -> tuple[FaultVerdict, ...]:
        """The faults that no valid test catches, the core ones first."""
        return tuple(sorted(
            (each for each in self.faults if each.outcome != "caught"),
            key=lambda each: each.fault.level != "core"))

    @property
    def invalid(self) -> tuple[str, ...]:
        """The tests that do not pass on the reference, though they ran."""
        return tuple(test for test, outcome in self.tests.items()
                     if outcome.status not in ("passed", "skipped"))

    @property
    def broken(self) -> tuple[RefactoringVerdict, ...]:
        """The refactorings that break a valid test."""
        return tuple(each for each in self.refactorings if each.broken)

    @property
    def pressing(self) -> tuple[Problem, ...]:
        """The problems to be mended before any fault that is missed."""
        return tuple(each for each in self.problems if each.kind != IDLE)

    @property
    def idle(self) -> tuple[Problem, ...]:
        """The tests that no fault makes fail."""
        return tuple(each for each in self.problems if each.kind == IDLE)

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.missed or self.invalid or self.broken
                    or self.problems or not self.valid)

    def by_level(self) -> dict[str, tuple[int, int]]:
        """Return how many faults of each level are caught, and of how many.

        It is the lowest level of tests that can catch them; of a fault that
        was made it is not known.
        """
        caught_at = {level: [each for each in self.faults if self.exercise.name
                             and each.fault.caught_at == level]
                     for level in CAUGHT_AT}
        return {level: (sum(each.outcome == "caught" for each in faults),
                        len(faults))
                for level, faults in caught_at.items()}

    def is_integrated(self, test: str) -> bool:
        """Tell whether a test executes a boundary from another module."""
        return self.executes.get(test, ((), False))[1]

    def catches(self, test: str) -> tuple[str, ...]:
        """Return the names of the faults that a test catches."""
        return tuple(self._caught.get(test, ()))

    @cached_property
    def _caught(self) -> dict[str, list[str]]:
        """The names of the faults that each test catches, read once."""
        caught: dict[str, list[str]] = {}
        for each in self.faults:
            for test in dict.fromkeys(each.caught_by):
                caught.setdefault(test, []).append(each.fault.name)
        return caught

    def minimal_suite(self) -> tuple[str, ...]:
        """Return a smallest set of tests that catches as much as all."""
        return smallest_cover({test: self.catches(test)
                               for test in self.valid})


def valid_tests(tests: Mapping[str, Outcome]) -> tuple[str, ...]:
    """Return the tests that passed."""
    return tuple(test for test, outcome in tests.items()
                 if outcome.status == "passed")


def judge_fault(fault: Fault, line: int, valid: Iterable[str],
                on_fault: Seen, known: Mapping[str, Outcome] | None = None
                ) -> FaultVerdict:
    """Return what the valid tests' outcomes on a faulty module say.

    `known` are the outcomes on the right modules. A test that is not among
    them is a row made of the module's own values: if it fails, so does what
    it is a row of.
    """
    if on_fault.unviable:
        return FaultVerdict(fault, line, "unviable", None, ())
    statuses = {test: _status(test, on_fault) for test in valid}
    if known is not None:
        statuses.update(_of_new_rows(on_fault, statuses, known))
    caught_by = [test for test, status in statuses.items()
                 if status in FAILING]
    failed_by = [test for test, status in statuses.items()
                 if status == "failed"]
    if caught_by:
        return FaultVerdict(
            fault, line, "caught", "assertion" if failed_by else "error",
            tuple(caught_by), failed_by=tuple(failed_by))
    outcome = "missed" if on_fault.ended == "done" else on_fault.ended
    return FaultVerdict(fault, line, outcome, None, ())


def _of_new_rows(on_fault: Seen, valid: Iterable[str],
                 known: Mapping[str, Outcome]) -> dict[str, str]:
    """Return how the rows failed that a fault has given another name.

    Each stands for a valid row of the same function. Where another row of it
    fails on the right modules too, nothing is said: its name may change from
    run to run.
    """
    rows: dict[str, list[str]] = {}
    for test in valid:
        rows.setdefault(_function_of(test), []).append(test)
    uncertain = {_function_of(test) for test, outcome in known.items()
                 if outcome.status not in ("passed", "skipped")}
    found: dict[str, str] = {}
    for test, outcome in on_fault.tests.items():
        function = _function_of(test)
        if (test not in known and outcome.status in FAILING
                and function in rows and function not in uncertain):
            gone = [row for row in rows[function]
                    if row not in on_fault.tests and row not in found]
            found[(gone or rows[function])[0]] = outcome.status
    return found


def _function_of(test: str) -> str:
    """Return a test's id without the row that it is of its function."""
    return _ROW.sub("", test.partition("[")[0])


def judge_refactoring(refactoring: Refactoring, valid: Iterable[str],
                      on_refactoring: Seen) -> RefactoringVerdict:
    """Return which valid tests do not pass on a correct change."""
    passing = ["passed", "skipped"]
    if on_refactoring.ended == "done":
        passing.append(NOT_RUN)  # Where it is named otherwise, say.
    broken = tuple(test for test in valid
                   if _status(test, on_refactoring) not in passing)
    return RefactoringVerdict(refactoring, broken)


def _status(test: str, run: Seen) -> str:
    """Return a test's status; one whose file failed to import, failed too.

    So did each where pytest ended by itself: a conftest.py that cannot be
    imported, say, is its exit status 4.
    """
    if run.is_refused:
        return "error"
    if test in run.tests:
        return run.tests[test].status
    for name, outcome in run.files.items():
        whole = name.removesuffix(".py").replace("/", ".")
        if test.startswith((f"{whole}.", f"{whole.rpartition('.')[2]}.")):
            return outcome.status
    return NOT_RUN
