"""Reads events: which tests are valid, and which faults they catch."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from winnow.execution.event import (
    Asserts,
    Broken,
    Changed,
    Connects,
    Executes,
    FileBegins,
    Finished,
    FixtureBegins,
    Independent,
    Loaded,
    Moment,
    PassedOver,
    Reached,
    Reads,
    Refused,
    SharedBy,
    Shows,
    Started,
    Stopped,
    Took,
    Unviable,
    Uses,
    Waits,
)
from winnow.execution.result import Run
from winnow.model.exercise import AnyFault, Refactoring
from winnow.model.identifier import TestId
from winnow.model.outcome import (
    FAILING,
    FINE,
    Ending,
    Outcome,
    Status,
    Verdict,
)
from winnow.model.report import FaultVerdict, RefactoringVerdict


@dataclass(frozen=True)
class Seen:
    """One run in order: each test's outcome, and what was not a test's.

    `files` are the test files that could not be imported, with the reason;
    `network` the other machines tried, as (test or file, address);
    `executes` the functions that each test executed, and whether it is
    integrated; `reached` when each function was (see `FunctionTrace`), None
    where the run was not traced. It `branches` if its imports left nothing
    behind that a clone would miss. `asserting` are the tests that executed an
    assertion, if traced, and `changed` what the run left changed, by kind and
    name. `shown` is what errors show in their own process, by the test and by
    place (see `Postmortem`), if traced. `passed_over` are the files that ask
    to be skipped, with the reason; where pytest ended by itself the run
    `is_refused`, as in a fresh process. `uses` are the ports and the files
    outside, by kind and name, with the test that used each first. `shared`
    has what was executed in a set-up for several tests, and those tests. It
    `forks` if a clone from before the first test has all that it needs, though
    it may have asked which process it is.
    `waits` is the share of their time, from 0 to 1, that the tests waited, and
    `took` how long each took, in seconds, if the run was explained. `reads`
    are files outside that are no library's, if traced. Where no test finds
    what another has left, `together` are those that belong together all the
    same, as those of a class that is set up. One `is_picked` if only the
    tests have run that come to a change.
    """

    tests: Mapping[str, Outcome]
    files: Mapping[str, Outcome]
    ended: Ending
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
    uses: frozenset[tuple[str, str, str]] = frozenset()
    shared: Sequence[tuple[Sequence[str], Sequence[str]]] = ()
    forks: bool = False
    waits: float = 0.0
    took: Mapping[str, float] = field(default_factory=dict)
    reads: frozenset[str] = frozenset()
    together: Sequence[Sequence[str]] | None = None
    is_picked: bool = False

    @property
    def traced(self) -> Mapping[str, tuple[tuple[str, ...], bool]] | None:
        """What each test executes; None where the run was not traced."""
        return None if self.asserting is None else self.executes

    def is_green(self) -> bool:
        """Tell whether each test has passed, or was skipped."""
        return (self.ended == Ending.DONE and not self.files
                and not self.unviable and not self.is_refused
                and bool(self.tests)
                and all(outcome.status in (Status.PASSED, Status.SKIPPED)
                        for outcome in self.tests.values()))


def seen(run: Run) -> Seen:
    """Return what a run's events say of its tests.

    A run that hung or crashed did so in the test, or in the import of the
    file, that was on; elsewhere nothing is blamed.
    """
    tests: dict[str, Outcome] = {}
    files: dict[str, Outcome] = {}
    network: list[tuple[str, str]] = []
    executes: dict[str, tuple[tuple[str, ...], bool]] = {}
    loaded: Sequence[str] = []
    files_loaded: Mapping[str, str] = {}
    reached: Mapping[str, list[int]] | None = None
    asserting: frozenset[str] | None = None
    changed: list[tuple[str, str]] = []
    shown: dict[str, Mapping[str, Any]] = {}
    passed_over: dict[str, str] = {}
    uses = set[tuple[str, str, str]]()
    reads = set[str]()
    shared: list[tuple[Sequence[str], Sequence[str]]] = []
    took: Mapping[str, float] = {}
    branches = forks = is_refused = is_past = is_picked = False
    together: Sequence[Sequence[str]] | None = None
    unviable: str | None = None
    waits = 0.0
    ended, reason = run.ended, run.reason
    # Tests, or a file, that a run would be blamed on which ends now.
    on: Sequence[str] = ()
    file_on: str | None = None
    for event in run.events:
        match event:
            case Started(test):
                on, file_on = [test], None
                tests.setdefault(test, Outcome(Status.PASSED))
            case Finished(test, status, message):
                tests[test] = _worse(tests.get(test), status, message)
                on, file_on = (), None
            case Executes(test, names, is_integrated):
                executes[test] = (tuple(names), is_integrated)
            case Uses(kind, name, test):
                uses.add((kind, name, test))
            case Reads(name):
                reads.add(name)
            case Shows(where, facts):
                shown.setdefault(str(where or facts.get("place")), facts)
            case FixtureBegins(names):
                on, file_on = names, None
            case FileBegins(file_on):
                on = ()
            case Broken(file, message):
                files[file] = Outcome(Status.ERROR, message)
            case PassedOver(file, message):
                passed_over[file] = message
            case Unviable(module, message):
                unviable = unviable or f"{module}: {message}"
            case Refused(message):
                ended, reason, is_refused = Ending.CRASHED, message, True
            case Stopped(by, message):
                ended, reason = Ending.CRASHED, message
                if by is not None:
                    on, file_on = [by], None
            case Connects(by, address):
                network.append((by or file_on or next(iter(on), ""), address))
            case Reached():
                reached, branches, forks = (
                    event.slots, event.branches, event.forks)
            case SharedBy(names, users):
                shared.append((names, users))
            case Asserts(names):
                asserting = frozenset(names)
            case Changed(changes):
                changed = [(kind, name) for kind, name in changes]
            case Took(took):
                pass
            case Independent(together):
                pass
            case Waits(waits):
                pass
            case Loaded(loaded, files_loaded):
                pass
            case Moment.TESTS_OVER:
                is_past = True
            case Moment.PICKED:
                is_picked = True
    # What takes long after the last test is none of its time; what breaks
    # there may well be of its making.
    if ended != Ending.DONE and not (is_past and ended == Ending.HUNG):
        lost = Outcome(Status(ended), reason or None)
        tests.update(dict.fromkeys(on, lost))
        if file_on is not None:
            files.setdefault(file_on, lost)
    return Seen(tests, files, ended, reason, unviable, network, executes,
                reached, branches, loaded, files_loaded, asserting, changed,
                shown, passed_over, is_refused, frozenset(uses), tuple(shared),
                forks, waits, took, frozenset(reads), together, is_picked)


def together(first: Seen, later: Seen, asked: Iterable[str]) -> Seen:
    """Return two runs on the same modules as one.

    The second was asked of some tests that the first had left out.
    """
    asked = frozenset(asked)
    tests = {test: outcome for test, outcome in first.tests.items()
             if test not in asked}
    tests.update((test, outcome) for test, outcome in later.tests.items()
                 if test in asked)
    over = later if first.ended == Ending.DONE else first
    return replace(later, tests=tests, ended=over.ended, reason=over.reason)


def _worse(old: Outcome | None, status: Status, message: str | None
           ) -> Outcome:
    """Return a test's outcome when more is said of it, or it runs twice."""
    if old is not None and old.status in FAILING:
        return old
    return Outcome(status, message)


def judge_fault(fault: AnyFault, line: int, valid: Iterable[str],
                on_fault: Seen, known: Mapping[str, Outcome] | None = None
                ) -> FaultVerdict:
    """Return what the valid tests' outcomes on a faulty module say.

    `known` are the outcomes on the right modules. A test that is not among
    them is a row made of the module's own values: if it fails, so does what
    it is a row of.
    """
    if on_fault.unviable:
        return FaultVerdict(fault, line, Verdict.UNVIABLE, None, ())
    statuses = {test: _status(test, on_fault) for test in valid}
    if known is not None:
        statuses.update(_of_new_rows(on_fault, statuses, known))
    caught_by = [test for test, status in statuses.items()
                 if status in FAILING]
    failed_by = [test for test, status in statuses.items()
                 if status == Status.FAILED]
    if caught_by:
        return FaultVerdict(
            fault, line, Verdict.CAUGHT, "assertion" if failed_by else "error",
            tuple(caught_by), failed_by=tuple(failed_by))
    outcome = (Verdict.MISSED if on_fault.ended == Ending.DONE
               else Verdict(on_fault.ended))
    return FaultVerdict(fault, line, outcome, None, ())


def _of_new_rows(on_fault: Seen, valid: Iterable[str],
                 known: Mapping[str, Outcome]) -> dict[str, Status]:
    """Return how the rows failed that a fault has given another name.

    Each stands for a valid row of the same function. Where another row of it
    fails on the right modules too, nothing is said: its name may change from
    run to run.
    """
    rows: dict[str, list[str]] = {}
    for test in valid:
        rows.setdefault(TestId.of(test).function, []).append(test)
    uncertain = {TestId.of(test).function for test, outcome in known.items()
                 if outcome.status not in FINE}
    found: dict[str, Status] = {}
    for test, outcome in on_fault.tests.items():
        function = TestId.of(test).function
        if (test not in known and outcome.status in FAILING
                and function in rows and function not in uncertain):
            gone = [row for row in rows[function]
                    if row not in on_fault.tests and row not in found]
            found[(gone or rows[function])[0]] = outcome.status
    return found


def judge_refactoring(refactoring: Refactoring, valid: Iterable[str],
                      on_refactoring: Seen) -> RefactoringVerdict:
    """Return which valid tests do not pass on a correct change."""
    passing = [*FINE]
    if on_refactoring.ended == Ending.DONE:
        passing.append(Status.NOT_RUN)  # Where it is named otherwise, say.
    broken = tuple(test for test in valid
                   if _status(test, on_refactoring) not in passing)
    return RefactoringVerdict(refactoring, broken)


def _status(test: str, run: Seen) -> Status:
    """Return a test's status; one whose file failed to import, failed too.

    So did each where pytest ended by itself: a conftest.py that cannot be
    imported, say, is its exit status 4.
    """
    if run.is_refused:
        return Status.ERROR
    if test in run.tests:
        return run.tests[test].status
    for name, outcome in run.files.items():
        if TestId.of(test).in_file(name) is not None:
            return outcome.status
    return Status.NOT_RUN
