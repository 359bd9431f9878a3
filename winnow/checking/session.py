"""One check from end to end, as every subject has it.

The suite runs on the right modules; what it shows decides what is run on the
variants; then all that was seen is judged and explained.
"""
from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from winnow.execution import copying
from winnow.execution.copying import Wanted
from winnow.execution.job import Job
from winnow.execution.pool import Pool
from winnow.execution.pytest_settings import Settings
from winnow.execution.result import Limits
from winnow.execution.workspace import Workspace
from winnow.model.exercise import Subject
from winnow.model.outcome import Outcome, Verdict
from winnow.model.report import Report
from winnow.suites.analysis import SuiteAnalysis
from winnow.suites.discovery import Suite

from .baseline import Baseline
from .causes.known_modules import KnownModules
from .coaching import OnFault, advised, coach
from .isolation import FLAKY
from .options import Options
from .outcomes import Seen
from .problems import Problems

# Whatever a suite imports, its tests import these.
ALWAYS = ("unittest", "unittest.mock",
          "winnow.execution.runtime.unittest_runner")
# A suite that takes no longer than this is quick, in seconds.
QUICK = 0.2

Heard = Callable[[Report], None]
# Hears how many variants have run, of how many.
Progress = Callable[[int, int], None]


def checked(wanted: Wanted, jobs: int,
            begin: Callable[[Workspace, Pool], Session], first: Heard,
            notes: Sequence[str] = ()) -> Report:
    """Return the report of a session in a copy of the tests' folder.

    `first` hears what is known once the suite has run on the right modules;
    the notes come after the session's own.
    """
    begun = time.monotonic()
    with Workspace(wanted) as workspace:
        pool = Pool(workspace, jobs)
        try:
            report = begin(workspace, pool).report(first)
        finally:
            pool.end()
    return replace(
        report, seconds=time.monotonic() - begun,
        notes=(*report.notes, *notes,
               *copying.notes(wanted, workspace.lacking.paths),
               *pool.notes()))


@dataclass(frozen=True)
class Judged:
    """What the variants have shown: a report with its verdicts.

    `needing` says of tests that they need others. Coaching rests on the
    faults and the refactorings `on` which tests were seen. Unless it
    `is_whole`, more faults were there than were tried.
    """

    report: Report
    needing: Mapping[str, str] = field(default_factory=dict)
    on_faults: Sequence[OnFault] = ()
    on_refactorings: Sequence[Mapping[str, Outcome]] = ()
    is_whole: bool = False


class Session(ABC):
    """The runs of one suite, and what is learnt from each for the next.

    `baseline` is the run on the right modules, and `reading` what the files
    of tests say: whoever inherits from this makes both.
    """

    baseline: Baseline
    reading: SuiteAnalysis

    def __init__(self, subject: Subject, concerns: Sequence[str],
                 suite: Suite, pool: Pool, options: Options) -> None:
        """Take what is checked, where it runs, and what was asked for.

        `concerns` are the modules that the suite is about.
        """
        self.subject = subject
        self.concerns = tuple(concerns)
        self.suite = suite
        self.pool = pool
        self.options = options
        self.notes: list[str] = []

    def baseline_of(self, job: Job, broken: Mapping[str, Outcome],
                    settings: Settings, once: bool = False) -> Baseline:
        """Return the run on the right modules; the `broken` are not in it.

        Where all is well, it is one, if it is to run `once`.
        """
        def explained(files: Mapping[str, Outcome],
                      shown: Mapping[str, Mapping[str, Any]]
                      ) -> Mapping[str, str]:
            """Return the coaching of files that cannot be imported."""
            return coach(files, self.reading.paths, shown=shown,
                         subject=KnownModules.of(self.subject))

        return Baseline(
            job, self.subject.files(self.subject.sources), self.pool,
            self.options.limits, broken, explained, settings,
            may_change=self.options.runner is None, once=once)

    @abstractmethod
    def begin(self) -> None:
        """Load what every run will, before the first."""

    def settled(self, seen: Seen) -> Seen:
        """Return what was seen, once more where it was of other modules."""
        return seen

    @abstractmethod
    def prepare(self, seen: Seen, limits: Limits) -> None:
        """Learn from the run on the right modules what the variants need."""

    @abstractmethod
    def judge(self, report: Report, seen: Seen, limits: Limits, took: float
              ) -> Judged:
        """Run the variants; `took` is the suite's time, in seconds."""

    def report(self, first: Heard) -> Report:
        """Run everything, the right modules first; return what it means.

        `first` hears what is known before any other variant runs.
        """
        self.begin()
        begun = time.monotonic()
        seen = self.baseline.run()
        took = time.monotonic() - begun
        seen = self.settled(seen)
        limits = self.options.limits.for_variants(
            took, self.suite.has_alarm(), seen.took)
        self.prepare(seen, limits)
        report = Report(
            self.subject, self.concerns, tuple(self.reading.paths),
            self.baseline.job.runner, {**seen.tests, **self.baseline.lost},
            seen.executes, (), ())
        first(report)
        judged = self.judge(report, seen, limits, took)
        self.notes += limits.on_hung(sum(
            each.outcome == Verdict.HUNG for each in judged.report.faults))
        return self._explained(judged, seen)

    def _explained(self, judged: Judged, seen: Seen) -> Report:
        """Return the report with what its author should hear besides."""
        wrong = {test: outcome for test, outcome in judged.report.tests.items()
                 if outcome.message != FLAKY} | self.baseline.broken
        coaching = {
            **coach(wrong, self.reading.paths, judged.on_faults,
                    judged.on_refactorings,
                    subject=KnownModules.of(self.subject), shown=seen.shown,
                    executes=seen.traced),
            **self.pool.lacking({test: outcome.message
                                 for test, outcome in wrong.items()})}
        report = replace(judged.report, coaching=coaching, notes=(
            *self.notes, *self.baseline.notes()))
        problems = Problems(report, seen, self.reading)
        return replace(report, problems=(
            *advised(self.baseline.problems(seen), coaching),
            *problems.all(judged.needing, judged.is_whole)))
