"""The check of a suite against an exercise: its runs, and the report."""
from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from winnow.execution.copying import MOST_MB
from winnow.execution.job import Job
from winnow.execution.pool import Pool
from winnow.execution.pytest_settings import located
from winnow.execution.result import Limits
from winnow.execution.runtime.imports import hides_loaded, shared
from winnow.execution.variant import Variant
from winnow.model.errors import BrokenExercise
from winnow.model.exercise import Edit, Exercise, Fault, Refactoring
from winnow.model.outcome import Outcome
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
from winnow.system.processes import MOST_MEMORY

from . import outcomes
from .baseline import Baseline
from .causes.subject import Subject
from .coaching import OnFault, advised, coach
from .isolation import FLAKY, Isolation
from .outcomes import Seen
from .problems import Problems
from .scheduler import Scheduler

# Whatever a suite imports, its tests import these.
ALWAYS = ("unittest", "unittest.mock",
          "winnow.execution.runtime.unittest_runner")


@dataclass(frozen=True)
class Options:
    """What the person asked for.

    `exercise` is a name or a folder, None to find it from the imports;
    `level` limits the faults; `timeout` is what one test may take, in
    seconds; `jobs` how many processes run at a time; `only`, if given, limits
    the faults and the refactorings by their names. `matrix` asks for every
    test on each fault, where one that fails would be enough. `memory` is what
    a test may take, in GB; a copy of the tests' folder holds at most
    `copy_limit` MB.
    """

    exercise: str | None = None
    runner: str | None = None
    level: str | None = None
    timeout: float = 5.0
    jobs: int = 0
    only: frozenset[str] | None = None
    matrix: bool = False
    memory: float = MOST_MEMORY / 2 ** 30
    copy_limit: int = MOST_MB

    @property
    def limits(self) -> Limits:
        """What one test may take on the right modules."""
        return Limits(self.timeout, self.timeout, int(self.memory * 2 ** 30))


class ExerciseCheck:
    """The runs of one check, and what is learnt from each for the next."""

    def __init__(self, suite: Suite, exercise: Exercise, pool: Pool,
                 options: Options) -> None:
        """Put together the first job: every file that can be read."""
        self._suite = suite
        self._exercise = exercise
        self._pool = pool
        self._options = options
        self._spares = exercise.aimed and not options.matrix
        self._concerns = suite.concerns(exercise.modules)
        self._on_reference: Mapping[str, Outcome] = {}
        self._reading = SuiteAnalysis(
            {file.path.name: file for file in suite.files}, suite.folder,
            {name: exercise.sources[name] for name in exercise.modules},
            rules=True)
        self._reference = Baseline(
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
                libraries=exercise.libraries),
            exercise.files(exercise.sources), pool, options.limits,
            {file.path.name: Outcome("error", file.error)
             for file in suite.files if file.error},
            lambda broken, shown: coach(
                broken, self._reading.paths, subject=Subject.of(exercise),
                shown=shown), located(suite.folder),
            may_change=options.runner is None)

    def report(self, first: Callable[[Report], None]) -> Report:
        """Run everything, the reference first; return what it means.

        `first` hears what is known before any other variant runs.
        """
        require(self._exercise)
        imported = set().union(
            *(file.imports for file in self._suite.files),
            *(imported_by(self._exercise, module)
              for module in self._exercise.sources))
        self._pool.warm(
            self._shared([*ALWAYS, *sorted(imported)]),
            {file.path.name: file.path.read_bytes()
             for file in self._suite.files} | {
                 f"{name}.py": text.encode()
                 for name, text in self._exercise.sources.items()})
        begun = time.monotonic()
        reference = self._reference.run()
        self._on_reference = reference.tests
        took = time.monotonic() - begun
        self._pool.warm(self._shared(reference.loaded), {})
        first(self._report_on(
            {**reference.tests, **self._reference.lost}, reference))
        limits = replace(
            self._options.limits.for_variants(took, self._suite.has_alarm()),
            waiting=2 * self._options.timeout)
        trials = Isolation(
            self._reference.job,
            self._exercise.files(self._exercise.sources), reference)
        planner = Scheduler(self._exercise, self._reference.job, reference,
                            is_aimed=False, spares=self._spares)
        runs = self._runs([*self._variants(planner), *trials.variants()],
                          limits)
        self._ask_the_spared(planner, runs, limits)
        needing, flaky = trials.judged(
            runs, self._runs(trials.again(runs), limits))
        runs.update(self._runs(self._doubted(planner, needing), limits))
        tests = {**reference.tests, **self._reference.lost, **flaky}
        valid = valid_tests(tests)
        report = replace(
            self._report_on(tests, reference),
            faults=tuple(self._judged(fault, valid, runs[fault])
                         for fault in self._faults()),
            refactorings=tuple(self._tolerated(each, valid, runs[each])
                               for each in self._refactorings()),
            is_complete=not self._spares)
        return self._completed(report, reference, runs, needing)

    def _report_on(self, tests: Mapping[str, Outcome], reference: Seen
                   ) -> Report:
        """Return a report on the reference alone."""
        return Report(
            self._exercise, self._concerns,
            tuple(file.path.name for file in self._suite.files),
            self._reference.job.runner, tests, reference.executes, (), ())

    def _completed(self, report: Report, reference: Seen,
                   runs: Mapping[Any, Seen], needing: Mapping[str, str]
                   ) -> Report:
        """Return a report with what its author should hear besides."""
        wrong = {test: outcome for test, outcome in report.tests.items()
                 if outcome.message != FLAKY} | self._reference.broken
        coaching = coach(
            wrong, self._reading.paths,
            [OnFault(each.fault, f"line {each.line} of {each.fault.module}.py",
                     runs[each.fault].tests) for each in report.faults],
            [runs[each.refactoring].tests for each in report.refactorings],
            subject=Subject.of(self._exercise), shown=reference.shown,
            executes=reference.traced)
        coaching = {**coaching, **self._pool.lacking({
            test: outcome.message for test, outcome in wrong.items()})}
        problems = Problems(report, reference, self._reading)
        return replace(
            report, rules=self._reading.rules, coaching=coaching,
            notes=tuple(self._reference.notes()), problems=(
                *advised(self._reference.problems(reference), coaching),
                *problems.all(needing, self._options.level is None)))

    def _runs(self, variants: Iterable[Variant[Any]], limits: Limits
              ) -> dict[Any, Seen]:
        """Return what is seen of each variant; read the files meanwhile."""
        variants = list(variants)
        plans = {each.key: each.job.plan for each in variants}
        return {key: self._whole(key, outcomes.seen(run), plans[key])
                for key, run in self._pool.run(
                    variants, limits, lambda number: self._reading.ahead())}

    def _whole(self, key: object, seen: Seen, plan: Sequence[str] | None
               ) -> Seen:
        """Return what is seen of an edit; what cannot tell ends as ever."""
        if plan is None or not isinstance(key, Edit):
            return seen
        return replace(seen, tests={
            test: seen.tests.get(test, outcome)
            for test, outcome in self._on_reference.items()
            if test in seen.tests or test not in plan})

    def _ask_the_spared(self, planner: Scheduler, runs: dict[Any, Seen],
                        limits: Limits) -> None:
        """Run the tests that were spared, on what the others let pass."""
        valid = valid_tests(self._on_reference)
        passed = [fault for fault in self._faults() if outcomes.judge_fault(
            fault, 0, valid, runs[fault],
            self._on_reference).outcome != "caught"]
        variants = {each.key: each for fault in passed
                    for each in planner.rounds(fault)[1:]}
        for fault, seen in self._runs(variants.values(), limits).items():
            runs[fault] = outcomes.together(
                runs[fault], seen, variants[fault].job.plan or ())

    def _doubted(self, planner: Scheduler, needing: Mapping[str, str]
                 ) -> Iterator[Variant[Any]]:
        """Yield what tests ran on alone that need others, to run it whole."""
        for edit in (*self._faults(), *self._refactorings()):
            rounds = planner.rounds(edit) if needing else []
            if any(not needing.keys().isdisjoint(each.job.plan or ())
                   for each in rounds):
                yield rounds[0].as_it_comes()

    def _shared(self, names: Iterable[str]) -> list[str]:
        """Return the modules among these that every process may load."""
        return shared(names, self._exercise.libraries)

    def _faults(self) -> list[Fault]:
        """Return the faults on which the suite is judged."""
        level = self._options.level
        return [fault for fault in self._exercise.faults
                if self._is_asked_for(fault)
                and level in (None, fault.level)]

    def _refactorings(self) -> list[Refactoring]:
        """Return the correct changes that the suite should tolerate."""
        return [each for each in self._exercise.refactorings
                if self._is_asked_for(each)]

    def _is_asked_for(self, edit: Edit) -> bool:
        """Tell whether an edit is of a tested module, and was not left out."""
        only = self._options.only
        return edit.module in self._concerns and (
            only is None or edit.name in only)

    def _broken_table(self, edit: Edit, reason: object) -> BrokenExercise:
        """Return what is wrong with an entry of the table of faults."""
        kind = type(edit).__name__.lower()
        return BrokenExercise(
            f'{self._exercise.folder / TABLE}, {kind} "{edit.name}": with its '
            f"`new`, {reason}.")

    def _variants(self, planner: Scheduler) -> Iterator[Variant[Any]]:
        """Yield every variant; one function's change as what it is."""
        for edit in (*self._faults(), *self._refactorings()):
            try:
                yield planner.variant(edit)
            except SyntaxError as error:
                raise self._broken_table(
                    edit, f"{edit.module}.py is not Python: {error}"
                ) from error

    def _judged(self, fault: Fault, valid: Sequence[str],
                on_fault: Seen) -> FaultVerdict:
        """Return the verdict on a fault, and where it stands."""
        line = fault.line_in(self._exercise.sources[fault.module])
        return outcomes.judge_fault(fault, line, valid, on_fault,
                                    self._on_reference)

    def _tolerated(self, refactoring: Refactoring, valid: Sequence[str],
                   on_refactoring: Seen) -> RefactoringVerdict:
        """Return the verdict on a refactoring, which must work at least."""
        if on_refactoring.unviable:
            raise self._broken_table(refactoring, on_refactoring.unviable)
        return outcomes.judge_refactoring(refactoring, valid, on_refactoring)
