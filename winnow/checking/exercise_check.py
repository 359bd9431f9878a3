"""The check of a suite against an exercise: its runs, and its verdicts."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from winnow.execution.job import Job, Schedule
from winnow.execution.pool import Pool
from winnow.execution.pytest_settings import located
from winnow.execution.result import Limits
from winnow.execution.runtime.imports import (
    hides_loaded,
    is_shared,
    shared,
    tops_in,
)
from winnow.execution.variant import Branching, Picked, Unreached, Variant
from winnow.model.errors import BrokenExercise
from winnow.model.exercise import Edit, Exercise, Fault, Refactoring
from winnow.model.outcome import FAILING, Outcome, Status, Verdict
from winnow.model.report import (
    FaultVerdict,
    RefactoringVerdict,
    Report,
    valid_tests,
)
from winnow.subjects.faults_toml import TABLE
from winnow.subjects.requirements import imported_by, require
from winnow.suites.analysis import SuiteAnalysis
from winnow.suites.discovery import Suite
from winnow.suites.module_names import above

from . import outcomes
from .coaching import OnFault
from .isolation import Isolation
from .options import Options
from .outcomes import Seen
from .scheduler import Scheduler
from .session import ALWAYS, Judged, Progress, Session


class NotQuick(Exception):
    """What would be quick is not certain of this suite."""


class ExerciseCheck(Session):
    """A session on an exercise: its faults, its refactorings, its rules."""

    def __init__(self, suite: Suite, exercise: Exercise, pool: Pool,
                 options: Options,
                 progress: Progress = lambda done, of: None) -> None:
        """Put together the first job: every file that can be read."""
        super().__init__(exercise, _concerns(suite, exercise, options), suite,
                         pool, options)
        self._exercise = exercise
        self._progress = progress
        self._ran = 0
        self._spares = exercise.aimed and not options.matrix
        self._on_right: Mapping[str, Outcome] = {}
        self._unreached: set[object] = set()
        self._imported: frozenset[str] = frozenset()
        self.reading = SuiteAnalysis(
            {file.path.name: file for file in suite.files}, suite.folder,
            {name: exercise.sources[name] for name in exercise.modules},
            rules=True)
        self.baseline = self.baseline_of(
            Job(Path(), tuple(file.path.name for file in suite.files
                              if not file.error),
                suite.runner,
                {name: exercise.file_of(name) for name in exercise.modules},
                tuple(dict.fromkeys((".", above(suite.package)))),
                package=".".join(suite.package),
                boundaries=exercise.boundaries, outside=exercise.outside,
                cold=hides_loaded([suite.folder], (
                    *exercise.sources, *suite.package[:1])),
                environment=exercise.environment,
                libraries=exercise.libraries,
                compares=pool.clones and not (
                    exercise.aimed or options.quick)),
            {file.path.name: Outcome(Status.ERROR, file.error)
             for file in suite.files if file.error}, located(suite.folder),
            once=options.quick)

    def begin(self) -> None:
        """Load what the suite and the modules import, and read all files."""
        require(self._exercise)
        self.notes += self._exercise.left_out.values()
        imported = set().union(
            *(file.imports for file in self.suite.files),
            *(imported_by(self._exercise, module)
              for module in self._exercise.sources))
        self._imported = frozenset(imported)
        self.pool.warm(
            self._shared([*ALWAYS, *sorted(imported)]),
            {file.path.name: file.path.read_bytes()
             for file in self.suite.files} | {
                 f"{name}.py": text.encode()
                 for name, text in self._exercise.sources.items()})

    def prepare(self, seen: Seen, limits: Limits) -> None:
        """Load what the run on the right modules has loaded."""
        self._on_right = seen.tests
        self.pool.warm(self._shared(seen.loaded), {})

    def judge(self, report: Report, seen: Seen, limits: Limits, took: float
              ) -> Judged:
        """Run every variant, and the tests in other orders."""
        limits = replace(limits, waiting=2 * self.options.timeout)
        job = self.baseline.job
        if self.pool.clones and not seen.changed:
            job = replace(job, imports=self._known_imports())
        # A test that fails may ask for a fault: coaching has to see it there.
        is_quick = (self.options.quick and not self._exercise.aimed
                    and seen.is_green() and not seen.changed)
        trials = Isolation(
            job, self._exercise.files(self._exercise.sources), seen,
            self._exercise.aimed or is_quick)
        scheduler = Scheduler(self._exercise, job, seen, is_aimed=False,
                              spares=self._spares)
        aimed = Scheduler(self._exercise, job, seen, is_aimed=is_quick,
                          is_quick=True, spares=self._spares)
        variants = [*self._variants(aimed, (*self._faults(),
                                            *self._refactorings()))]
        self._unreached = {each.key for each in variants
                           if scheduler.is_unreached(each.key)}
        runs = self._runs([*variants, *trials.variants()], limits)
        if self.options.quick and seen.is_green() and trials.matters(runs):
            raise NotQuick  # Nor is one run in the suite's own order enough.
        if is_quick:
            runs.update(self._runs(self._variants(scheduler, [
                *self._intolerant(runs),
                *self._unclear(variants, seen, runs)]), limits))
        runs.update(self._runs(trials.doubts(runs), limits))
        self._ask_the_spared(scheduler, runs, limits)
        needing, flaky = trials.judged(
            runs, self._runs(trials.again(runs), limits))
        runs.update(self._runs(self._doubted(scheduler, needing), limits))
        tests = {**report.tests, **flaky}
        valid = valid_tests(tests)
        report = replace(
            report, tests=tests, rules=self.reading.rules,
            faults=tuple(self._judged(fault, valid, runs[fault])
                         for fault in self._faults()),
            refactorings=tuple(self._tolerated(each, valid, runs[each])
                               for each in self._refactorings()),
            is_complete=not (self._spares or is_quick))
        if self._spares and self.options.only is None and any(
                map(report.is_integrated, report.valid)):
            self.notes.append(
                "The integration tests ran on the faults that the unit tests "
                "let pass, each until one failed: --matrix runs them all.")
        return Judged(
            report, needing,
            [OnFault(fault, f"line {each.line} of {fault.module}.py",
                     runs[fault].tests)
             for fault, each in zip(self._faults(), report.faults)],
            [runs[each.refactoring].tests for each in report.refactorings],
            is_whole=self.options.level is None
            and self.options.only is None)

    def _runs(self, variants: Iterable[Variant[Any]], limits: Limits
              ) -> dict[Any, Seen]:
        """Return what is seen of each variant; read the files meanwhile."""
        variants = list(variants)
        by_key = {each.key: each for each in variants}
        before = self._ran
        self._ran += len(variants)

        def heard(number: int) -> None:
            """Say how far it has come, and use the time."""
            self._progress(before + number, self._ran)
            self.reading.ahead()

        return {key: self._whole(by_key[key], outcomes.seen(run))
                for key, run in self.pool.run(variants, limits, heard)}

    def _whole(self, variant: Variant[Any], seen: Seen) -> Seen:
        """Return what is seen of an edit; what cannot tell ends as ever."""
        asked: Picked | Schedule | None = variant.job.schedule
        if seen.is_picked and isinstance(variant, Branching):
            asked = variant.picked
        if asked is None or not isinstance(variant.key, Edit):
            return seen
        tests = frozenset(asked.tests)
        return replace(seen, tests={
            test: seen.tests.get(test, outcome)
            for test, outcome in self._on_right.items()
            if test in seen.tests or test not in tests})

    def _ask_the_spared(self, scheduler: Scheduler, runs: dict[Any, Seen],
                        limits: Limits) -> None:
        """Run the tests that were spared, on what the others let pass."""
        if not self._spares:
            return
        valid = valid_tests(self._on_right)
        passed = [fault for fault in self._faults() if outcomes.judge_fault(
            fault, 0, valid, runs[fault],
            self._on_right).outcome != Verdict.CAUGHT]
        variants = {each.key: each for fault in passed
                    for each in scheduler.rounds(fault)[1:]}
        for fault, seen in self._runs(variants.values(), limits).items():
            runs[fault] = outcomes.together(
                runs[fault], seen, variants[fault].job.scheduled)

    def _doubted(self, scheduler: Scheduler, needing: Mapping[str, str]
                 ) -> Iterator[Variant[Any]]:
        """Yield what tests ran on alone that need others, to run it whole."""
        for edit in (*self._faults(), *self._refactorings()):
            rounds = scheduler.rounds(edit) if needing else []
            if any(not needing.keys().isdisjoint(each.job.scheduled)
                   for each in rounds):
                yield rounds[0].as_it_comes()

    def _shared(self, names: Iterable[str]) -> list[str]:
        """Return the modules among these that every process may load."""
        return shared(names, self._exercise.libraries)

    def _known_imports(self) -> frozenset[str]:
        """Return what is imported, if it can be seen what that collects.

        Of other libraries than Python's and those that exercises stand on,
        nobody knows where they note what registers itself at an import.
        """
        own = {*tops_in([self.suite.folder]), *self._exercise.sources,
               *self.suite.package[:1]}
        return (self._imported if all(
            map(is_shared, self._imported - own)) else frozenset())

    def _faults(self) -> list[Fault]:
        """Return the faults on which the suite is judged."""
        level = self.options.level
        return [fault for fault in self._exercise.faults
                if self._is_asked_for(fault)
                and level in (None, fault.level)]

    def _refactorings(self) -> list[Refactoring]:
        """Return the correct changes that the suite should tolerate."""
        return [each for each in self._exercise.refactorings
                if self._is_asked_for(each)]

    def _intolerant(self, runs: Mapping[Any, Seen]) -> Iterator[Refactoring]:
        """Yield the refactorings of which it is asked who fails on them."""
        valid = valid_tests(self._on_right)
        for each in self._refactorings():
            if runs[each].unviable or outcomes.judge_refactoring(
                    each, valid, runs[each]).broken:
                yield each

    def _unclear(self, variants: Iterable[Variant[Edit]], seen: Seen,
                 runs: Mapping[Any, Seen]) -> Iterator[Fault]:
        """Yield the faults of which all are asked who execute no function.

        One of these may fail on what is executed at an import, and another
        test may have failed first: that it catches nothing is not said then.
        Those are not asked that have failed on a fault already.
        """
        caught = {test for key, run in runs.items() if isinstance(key, Fault)
                  for test, outcome in run.tests.items()
                  if outcome.status in FAILING}
        if all(seen.executes.get(test, ((), False))[0] or test in caught
               for test, outcome in seen.tests.items()
               if outcome.status == Status.PASSED):
            return
        for each in variants:
            if isinstance(each.key, Fault) and not isinstance(
                    each, (Branching, Unreached)):
                yield each.key

    def _is_asked_for(self, edit: Edit) -> bool:
        """Tell whether an edit is of a tested module, and was not left out."""
        only = self.options.only
        return edit.module in self.concerns and (
            only is None or edit.name in only)

    def _broken_table(self, edit: Edit, reason: object) -> BrokenExercise:
        """Return what is wrong with an entry of the table of faults."""
        kind = type(edit).__name__.lower()
        return BrokenExercise(
            f'{self._exercise.folder / TABLE}, {kind} "{edit.name}": with its '
            f"`new`, {reason}.")

    def _variants(self, scheduler: Scheduler, edits: Iterable[Edit]
                  ) -> Iterator[Variant[Any]]:
        """Yield each edit's variant; one function's change as what it is."""
        for edit in edits:
            try:
                yield scheduler.variant(edit)
            except SyntaxError as error:
                raise self._broken_table(
                    edit, f"{edit.module}.py is not Python: {error}"
                ) from error

    def _judged(self, fault: Fault, valid: Sequence[str],
                on_fault: Seen) -> FaultVerdict:
        """Return the verdict on a fault, and where it stands."""
        line = fault.line_in(self._exercise.sources[fault.module])
        return replace(
            outcomes.judge_fault(fault, line, valid, on_fault, self._on_right),
            is_executed=fault not in self._unreached)

    def _tolerated(self, refactoring: Refactoring, valid: Sequence[str],
                   on_refactoring: Seen) -> RefactoringVerdict:
        """Return the verdict on a refactoring, which must work at least."""
        if on_refactoring.unviable:
            raise self._broken_table(refactoring, on_refactoring.unviable)
        return outcomes.judge_refactoring(refactoring, valid, on_refactoring)


def _concerns(suite: Suite, exercise: Exercise, options: Options
              ) -> tuple[str, ...]:
    """Return the modules that are judged, in the exercise's order.

    Faults that were asked for by name count, whatever the suite is about.
    """
    concerns = {*suite.concerns(exercise.modules)} | {
        fault.module for fault in exercise.faults
        if fault.name in (options.only or ())}
    return tuple(name for name in exercise.modules if name in concerns)
