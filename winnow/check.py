"""One check from end to end: a learner's files in, a report out."""
from __future__ import annotations

import ast
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from . import suite as suites
from . import verdict
from .coaching import OnFault, advised, coach
from .definitions import Definitions
from .exercise import (
    TABLE, BrokenExercise, Edit, Exercise, Fault, Refactoring, bundled, load,
    named)
from .findings import BrokenRule
from .imports import hides_loaded
from .clone import Limits, kill_strays
from .plan import Planner
from .pool import Pool
from .problems import Measured, in_order
from .reference import Reference
from .rules import broken_rules
from .stage import Job
from .suite import NothingToCheck, Suite
from .trials import Trials
from .variant import Variant
from .verdict import Outcome, Report, Seen
from .workspace import Workspace

# Whatever a suite imports, its tests import these.
ALWAYS = ("unittest", "unittest.mock", "winnow.run_unittest")


@dataclass(frozen=True)
class Options:
    """What the person asked for.

    `exercise` is a name or a folder, None to find it from the imports;
    `level` limits the faults; `timeout` is what one test may take, in
    seconds; `jobs` how many processes run at a time.
    """

    exercise: str | None = None
    runner: str | None = None
    level: str | None = None
    timeout: float = 5.0
    jobs: int = 0


def check(paths: Sequence[Path], options: Options = Options()) -> Report:
    """Run a suite on the reference, the faults and the refactorings.

    Raises `NothingToCheck`, `BrokenExercise` or `CannotRun`.
    """
    begun = time.monotonic()
    suite = suites.find(paths, options.runner)
    exercise = _exercise_for(suite, options.exercise)
    suite, left_out = suite.limited_to(exercise)
    modules = (*exercise.modules, *exercise.support)
    own = [f"{module}{end}" for module in modules for end in ("", ".py")]
    with Workspace(suite.folder, frozenset(own)) as workspace:
        try:
            pool = Pool(workspace, options.jobs or processors())
            report = _Check(suite, exercise, pool, options).report()
        finally:
            kill_strays(workspace.root)
    notes = list(_notes(suite, exercise, left_out, workspace.left_out))
    return replace(report, notes=tuple(notes),
                   seconds=time.monotonic() - begun)


def processors() -> int:
    """Return how many processes this one may really use at a time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _exercise_for(suite: Suite, wanted: str | None) -> Exercise:
    """Return the exercise that is named, or that the tests import."""
    if wanted is not None:
        exercise = named(wanted)
        if suite.concerns(exercise.modules):
            return exercise
        found = [exercise]
    else:
        found = [load(folder) for folder in bundled().values()]
        fitting = max(found, key=lambda each: len(
            suite.concerns(each.modules)))
        if suite.concerns(fitting.modules):
            return fitting
    names = "; ".join(f"{each.name}: {', '.join(each.modules)}"
                      for each in found)
    files = ", ".join(file.path.name for file in suite.files)
    raise NothingToCheck(
        f"{files}: no import of a module that an exercise is about ({names}).")


class _Check:
    """The runs of one check, and what is learnt from each for the next."""

    def __init__(self, suite: Suite, exercise: Exercise, pool: Pool,
                 options: Options) -> None:
        """Put together the first job: every file that can be read."""
        self._suite = suite
        self._exercise = exercise
        self._pool = pool
        self._options = options
        self._concerns = suite.concerns(exercise.modules)
        self._rules: tuple[BrokenRule, ...] | None = None
        self._reference = Reference(
            Job(Path(), tuple(file.path.name for file in suite.files
                              if not file.error),
                suite.runner,
                {name: exercise.file_of(name) for name in exercise.modules},
                boundaries=exercise.boundaries,
                cold=hides_loaded([suite.folder])),
            exercise.files(exercise.sources), pool, options.timeout,
            {file.path.name: Outcome("error", file.error)
             for file in suite.files if file.error})

    def report(self) -> Report:
        """Run everything, the reference first; return what it means."""
        imported = set().union(
            *(file.imports for file in self._suite.files),
            *map(self._imports_of, self._exercise.sources))
        self._pool.warm(
            [*ALWAYS, *sorted(imported)],
            {file.path.name: file.path.read_bytes()
             for file in self._suite.files} | {
                 f"{name}.py": text.encode()
                 for name, text in self._exercise.sources.items()})
        begun = time.monotonic()
        reference = self._reference.run()
        took = time.monotonic() - begun
        self._pool.warm(reference.loaded, {})
        timeout = self._options.timeout
        limits = Limits(min(2 * timeout, max(1.0, 10 * took)), 2 * timeout)
        trials = Trials(
            self._reference.job,
            self._exercise.files(self._exercise.sources), reference)
        runs = self._runs([*self._variants(reference), *trials.variants()],
                          limits)
        needing, flaky = trials.judged(
            runs, self._runs(trials.again(runs), limits))
        tests = {**reference.tests, **self._reference.lost, **flaky}
        valid = verdict.valid_tests(tests)
        report = Report(
            self._exercise, self._concerns,
            tuple(file.path.name for file in self._suite.files),
            self._suite.runner, tests, reference.executes,
            tuple(self._judged(fault, valid, runs[fault])
                  for fault in self._faults()),
            tuple(self._tolerated(each, valid, runs[each])
                  for each in self._refactorings()))
        return self._completed(report, reference, runs, needing)

    def _completed(self, report: Report, reference: Seen,
                   runs: Mapping[Any, Seen], needing: Mapping[str, str]
                   ) -> Report:
        """Return a report with what its author should hear besides."""
        coaching = coach(
            {**report.tests, **self._reference.broken},
            {file.path.name: file.path for file in self._suite.files},
            [OnFault(each.fault, f"line {each.line} of {each.fault.module}.py",
                     runs[each.fault].tests) for each in report.faults],
            [runs[each.refactoring].tests for each in report.refactorings])
        measured = Measured(report, reference, Definitions(
            {file.path.name: file.tree for file in self._suite.files}))
        self._read()
        return replace(
            report, rules=self._rules or (), coaching=coaching, problems=(
                *advised(self._reference.problems(reference), coaching),
                *in_order([*measured.problems(
                    needing, self._options.level is None)])))

    def _runs(self, variants: Iterable[Variant[Any]], limits: Limits
              ) -> dict[Any, Seen]:
        """Return what is seen of each variant; read the files meanwhile."""
        return {key: verdict.seen(run) for key, run in self._pool.run(
            variants, limits, lambda number: self._read())}

    def _read(self) -> None:
        """Hold the files against the course's rules, once."""
        if self._rules is None:
            self._rules = tuple(broken_rules(
                [file.path for file in self._suite.files],
                self._suite.folder))

    def _imports_of(self, module: str) -> Iterator[str]:
        """Return what a module of the exercise imports."""
        path = self._exercise.folder / f"{module}.py"
        try:
            return suites.imports_of(
                ast.parse(self._exercise.sources[module], path.name))
        except SyntaxError as error:
            raise BrokenExercise(
                f"{path} is not Python: SyntaxError: {error}.") from error

    def _faults(self) -> list[Fault]:
        """Return the faults on which the suite is judged."""
        level = self._options.level
        return [fault for fault in self._exercise.faults
                if fault.module in self._concerns
                and level in (None, fault.level)]

    def _refactorings(self) -> list[Refactoring]:
        """Return the correct changes that the suite should tolerate."""
        return [each for each in self._exercise.refactorings
                if each.module in self._concerns]

    def _broken_table(self, edit: Edit, reason: object) -> BrokenExercise:
        """Return what is wrong with an entry of the table of faults."""
        kind = type(edit).__name__.lower()
        return BrokenExercise(
            f'{self._exercise.folder / TABLE}, {kind} "{edit.name}": with its '
            f"`new`, {reason}.")

    def _variants(self, reference: Seen) -> Iterator[Variant[Any]]:
        """Yield every variant; one function's change as what it is."""
        planner = Planner(self._exercise, self._reference.job, reference,
                          is_aimed=False)
        for edit in (*self._faults(), *self._refactorings()):
            try:
                yield planner.variant(edit)
            except SyntaxError as error:
                raise self._broken_table(
                    edit, f"{edit.module}.py is not Python: {error}"
                ) from error

    def _judged(self, fault: Fault, valid: Sequence[str],
                on_fault: Seen) -> verdict.FaultVerdict:
        """Return the verdict on a fault, and where it stands."""
        line = fault.line_in(self._exercise.sources[fault.module])
        return verdict.judge_fault(fault, line, valid, on_fault)

    def _tolerated(self, refactoring: Refactoring, valid: Sequence[str],
                   on_refactoring: Seen) -> verdict.RefactoringVerdict:
        """Return the verdict on a refactoring, which must work at least."""
        if on_refactoring.unviable:
            raise self._broken_table(refactoring, on_refactoring.unviable)
        return verdict.judge_refactoring(refactoring, valid, on_refactoring)


def _notes(suite: Suite, exercise: Exercise, left_out: Sequence[str],
           too_large: Sequence[str]) -> Iterator[str]:
    """Yield what a learner should know, and need not mend."""
    differing = [f"{module}.py" for module, text in exercise.sources.items()
                 if _differs(suite.folder / f"{module}.py", text)]
    if differing:
        was = "was" if len(differing) == 1 else "were"
        yield (f"Your own {' and '.join(differing)} {was} not used: "
               "your tests ran on the reference, which differs.")
    for name in left_out:
        yield f"{name} was left out: it imports no module of this exercise."
    if too_large:
        yield (f"{', '.join(too_large[:3])} and so on were not copied for the "
               "tests: the folder is too large.")
    missing = [module for module in exercise.modules
               if module not in suite.concerns(exercise.modules)]
    for module in missing:
        yield (f"There is no test_{module}.py: the faults of {module}.py "
               "are not counted.")


def _differs(path: Path, text: str) -> bool:
    """Tell whether a file is there and is not this text, line ends aside."""
    try:
        return path.read_bytes().split() != text.encode().split()
    except OSError:
        return False
