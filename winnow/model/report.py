"""What a check has found: verdicts, and the report that all forms print."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from winnow.model.exercise import (
    CAUGHT_AT,
    AnyFault,
    Exercise,
    Fault,
    Refactoring,
    Subject,
)
from winnow.model.findings import IDLE, BrokenRule, Problem
from winnow.model.goal import Goal
from winnow.model.outcome import FINE, Outcome, Status, Verdict
from winnow.model.set_cover import smallest_cover


@dataclass(frozen=True)
class FaultVerdict:
    """Whether the valid tests caught a fault, and which of them.

    `outcome` is caught, missed, hung, crashed or unviable; `how` is assertion
    or error where it is caught: a crash of the code under test is weaker
    evidence than an assertion that failed. `failed_by` are those tests in
    which one did. `is_executed` is false where no test executes what is
    changed.
    """

    fault: AnyFault
    line: int
    outcome: Verdict
    how: str | None
    caught_by: tuple[str, ...]
    is_executed: bool = True
    failed_by: tuple[str, ...] = ()

    @property
    def doubt(self) -> str:
        """Why the fault may be equivalent; empty where nothing says so."""
        return getattr(self.fault, "doubt", None) or ""


@dataclass(frozen=True)
class Accepted:
    """A fault that was missed, and that a person has accepted: why, when."""

    verdict: FaultVerdict
    why: str
    date: str


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
    `is_stopped` tells of the faults that were tried by then. Where a share
    of the faults is asked for, in per cent, it has to be caught, no more:
    `fail_under`. What a person has `accepted` is not among the faults. With a
    `goal`, there are no other faults than those to be caught for it.
    """

    subject: Subject
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
    fail_under: float | None = None
    accepted: tuple[Accepted, ...] = ()
    goal: Goal | None = None
    valid: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Derive the valid tests: those that pass on the reference."""
        object.__setattr__(self, "valid", valid_tests(self.tests))

    @property
    def exercise(self) -> Exercise | None:
        """The exercise; None where the modules are a person's own."""
        return self.subject if isinstance(self.subject, Exercise) else None

    @property
    def title(self) -> str:
        """What was checked: the goal, or else the exercise or the modules."""
        return (f"{self.goal}: {self.goal.title}" if self.goal
                else self.subject.title)

    @property
    def missed(self) -> tuple[FaultVerdict, ...]:
        """The faults that no valid test catches.

        Those that a test executes come first, and of these the core ones;
        those that may be equivalent come last.
        """
        return tuple(sorted(
            (each for each in self.faults if each.outcome != Verdict.CAUGHT),
            key=lambda each: (bool(each.doubt), not each.is_executed,
                              not is_core(each.fault))))

    @property
    def sure(self) -> tuple[FaultVerdict, ...]:
        """Of the faults missed, those that are faults for all that shows."""
        return tuple(each for each in self.missed if not each.doubt)

    @property
    def doubtful(self) -> tuple[FaultVerdict, ...]:
        """Of the faults missed, those that may be equivalent."""
        return tuple(each for each in self.missed if each.doubt)

    @property
    def invalid(self) -> tuple[str, ...]:
        """The tests that do not pass on the reference, though they ran."""
        return tuple(test for test, outcome in self.tests.items()
                     if outcome.status not in FINE)

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

    @property
    def caught(self) -> tuple[FaultVerdict, ...]:
        """The faults that a valid test catches."""
        return tuple(each for each in self.faults
                     if each.outcome == Verdict.CAUGHT)

    @property
    def is_reached(self) -> bool:
        """Whether the share of faults is caught that was asked for.

        As fractions, for 70.1 per cent of 1000 are 701.
        """
        return self.fail_under is None or (
            100 * len(self.caught)
            >= Fraction(str(self.fail_under)) * len(self.faults))

    @property
    def is_enough(self) -> bool:
        """Whether it is as was asked: clean, or the share is reached.

        The share says nothing where a test fails or a file of tests cannot be
        imported: it may be what those catch that is missing.
        """
        if self.fail_under is None:
            return self.is_clean
        return bool(self.is_reached and self.valid and not self.invalid
                    and all(each.kind != "import" for each in self.problems))

    def by_level(self) -> dict[str, tuple[int, int]]:
        """Return how many faults of each level are caught, and of how many.

        It is the lowest level of tests that can catch them; of a mutant it is
        not known.
        """
        caught_at = {level: [each for each in self.faults
                             if isinstance(each.fault, Fault)
                             and each.fault.caught_at == level]
                     for level in CAUGHT_AT}
        return {level: (sum(each.outcome == Verdict.CAUGHT for each in faults),
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


def is_core(fault: AnyFault) -> bool:
    """Tell whether a suite has to catch a fault of an exercise."""
    return isinstance(fault, Fault) and fault.level == "core"


def valid_tests(tests: Mapping[str, Outcome]) -> tuple[str, ...]:
    """Return the tests that passed."""
    return tuple(test for test, outcome in tests.items()
                 if outcome.status == Status.PASSED)
