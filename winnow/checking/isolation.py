"""Further runs on the right modules: does a test pass alone, and twice?

A test that passes in its own suite's order alone is flaky by the commonest
cause there is: of 7,571 flaky tests in Gruber et al. (2021), 59 % depend on
order.
"""
from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from winnow.execution.job import Job, Schedule
from winnow.execution.variant import BodyChange, Branching, Variant
from winnow.model.exercise import Fault
from winnow.model.outcome import FINE, LOST, Outcome, Status
from winnow.model.report import valid_tests

from .outcomes import Seen

ALONE, REVERSED, TWICE, SAME = "alone", "reversed", "twice", "same"
SHUFFLED = "shuffled"
_SAYS = {
    ALONE: "It passes only after other tests: run alone, it fails.",
    REVERSED: "It fails when the tests run in the reverse order.",
    TWICE: "It fails when it runs a second time in one process.",
    SHUFFLED: "It fails when the tests run in another order.",
}
FLAKY = ("It is flaky: of several runs on the same modules it passes some and "
         "fails others.")
# What Hypothesis 6.170 says of a method that runs on two objects of its class,
# as a method of a TestCase does the second time.
_TWO_OBJECTS = "was called from multiple different executors"
# How often the suite runs once more as it is, where a test is doubted.
_REPEATS = 4


@dataclass(frozen=True)
class IsolationRun:
    """Some tests to run, one after the other, and which question that asks."""

    kind: str
    tests: tuple[str, ...] = ()
    number: int = 0


class Isolation:
    """What is tried with the valid tests of one suite, and what it shows."""

    def __init__(self, job: Job, files: Mapping[str, str], reference: Seen,
                 is_long: bool = False) -> None:
        """Take what was seen of the suite in its own order.

        Each test that may find what others leave runs alone, too; where the
        suite takes long, only if another order shows that one needs others.
        """
        self._is_long = is_long
        self._job = job
        self._files = files
        self._reference = reference
        self._valid = valid_tests(reference.tests)

    def variants(self) -> Iterator[Variant[Any]]:
        """Yield the runs that every suite owes."""
        tests = self._valid
        if tests:
            yield self._variant(IsolationRun(TWICE, (*tests, *tests)))
        if len(tests) > 1:
            yield self._variant(IsolationRun(REVERSED, tuple(reversed(tests))))
            if self._is_long:
                shuffled = random.Random(0).sample(tests, len(tests))
                yield self._variant(IsolationRun(SHUFFLED, tuple(shuffled)))
            else:
                yield from self._alone(self._doubtful())

    def doubts(self, runs: Mapping[Any, Seen]) -> Iterator[Variant[Any]]:
        """Yield further runs, where these show that an order matters."""
        if self._is_long and self.matters(runs):
            yield from self._alone(self._valid)

    def matters(self, runs: Mapping[Any, Seen]) -> bool:
        """Tell whether these show that a test fails in another order."""
        return any(self._failing(key, run) for key, run in runs.items()
                   if isinstance(key, IsolationRun))

    def _alone(self, tests: Iterable[str]) -> Iterator[Variant[Any]]:
        """Yield a run of each test by itself."""
        for test in tests:
            yield self._variant(IsolationRun(ALONE, (test,)))

    def _doubtful(self) -> Iterator[str]:
        """Yield the tests that may find what others have left."""
        together = self._reference.together
        for test in self._valid:
            if together is None or any(test in tests for tests in together):
                yield test

    def again(self, runs: Mapping[Any, Seen]) -> Iterator[Variant[Any]]:
        """Yield the trials to repeat, where any test fails on right modules.

        A refactoring's run counts as one too, and the whole suite is repeated
        in its own order.
        """
        doubted = [key for key, run in runs.items()
                   if not isinstance(key, Fault) and self._failing(key, run)]
        for key in doubted:
            if isinstance(key, IsolationRun):
                yield Variant(key, self._job_of(key, explain=True),
                              self._files)
        if doubted or self._failing(None, self._reference):
            for number in range(_REPEATS):
                yield Variant(IsolationRun(SAME, (), number), self._job,
                              self._files)

    def judged(self, runs: Mapping[Any, Seen],
               again: Mapping[IsolationRun, Seen]
               ) -> tuple[dict[str, str], dict[str, Outcome]]:
        """Return what is said of tests that need others, and the flaky ones.

        What fails a trial and its repetition depends on what the trial asks,
        if it passes whenever the suite runs as it is.
        """
        needing: dict[str, str] = {}
        flaky: dict[str, Outcome] = {}
        same = [run for trial, run in again.items() if trial.kind == SAME]
        for test, outcome in self._reference.tests.items():
            ends = {run.tests[test].status == Status.PASSED for run in same
                    if test in run.tests}
            if ends and ends != {outcome.status == Status.PASSED}:
                flaky[test] = _worst(test, [self._reference, *same])
        for kind in _SAYS:
            for trial, run in again.items():
                if trial.kind != kind:
                    continue
                once = self._failing(trial, runs[trial])
                twice = self._failing(trial, run)
                for test in dict.fromkeys((*once, *twice)):
                    if _TWO_OBJECTS in (run.tests[test].message or ""):
                        continue
                    if test in once and test in twice:
                        needing.setdefault(test, _SAYS[kind])
                    else:
                        flaky[test] = _worst(test, [runs[trial], run])
        return ({test: says for test, says in needing.items()
                 if test not in flaky}, flaky)

    def _variant(self, trial: IsolationRun) -> Variant[Any]:
        """Return how a trial is run: in a clone from before the first test."""
        job = self._job_of(trial, explain=False)
        if self._reference.branches:
            return Branching(trial, job, self._files,
                             change=BodyChange(None, 0, ()))
        return Variant(trial, job, self._files)

    def _job_of(self, trial: IsolationRun, explain: bool) -> Job:
        """Return the job of a trial."""
        return replace(self._job, schedule=Schedule(trial.tests),
                       explain=explain)

    def _failing(self, key: object, run: Seen) -> list[str]:
        """Return the tests asked about that a run shows not to pass."""
        tests: Sequence[str] = (key.tests if isinstance(key, IsolationRun)
                                else self._valid if key else [*run.tests])
        return [test for test in dict.fromkeys(tests) if test in run.tests
                and run.tests[test].status not in FINE]


def _worst(test: str, runs: Sequence[Seen]) -> Outcome:
    """Return the outcome of a flaky test: the first that is no pass.

    One that ended the run is an error: its message does not say how it ended.
    """
    status = next(run.tests[test].status for run in runs if test in run.tests
                  if run.tests[test].status != Status.PASSED)
    return Outcome(Status.ERROR if status in LOST else status, FLAKY)
