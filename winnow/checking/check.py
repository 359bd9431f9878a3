"""One check from end to end: a learner's files in, a report out."""
from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from winnow.execution import copying
from winnow.execution.copying import Wanted
from winnow.execution.pool import Pool
from winnow.execution.workspace import Workspace
from winnow.model.errors import NothingToCheck
from winnow.model.exercise import Exercise
from winnow.model.report import Report
from winnow.subjects.faults_toml import bundled, load, named
from winnow.suites import discovery as suites
from winnow.suites.discovery import Suite
from winnow.system.folders import is_broad

from .exercise_check import ExerciseCheck, Options

# Tests that take long wait most of that time: for servers and for threads.
_WHERE_TESTS_WAIT = 3


def check(paths: Sequence[Path], options: Options = Options(),
          first: Callable[[Report], None] = lambda report: None) -> Report:
    """Run a suite on the reference, the faults and the refactorings.

    `first` hears what is known once the suite has run on the reference.
    Raises `NothingToCheck`, `BrokenExercise` or `CannotRun`.
    """
    begun = time.monotonic()
    suite = suites.find(paths, options.runner)
    exercise = _exercise_for(suite, options.exercise)
    suite, left_out = suite.limited_to(exercise)
    modules = (*exercise.modules, *exercise.support)
    own = [f"{module}{end}" for module in modules for end in ("", ".py")]
    # Of a home, only the files in it have to do with the tests there.
    whole, files = ((), (".",)) if is_broad(suite.folder) else ((".",), ())
    wanted = Wanted(
        suite.folder, frozenset(own),
        tuple(file.path.name for file in suite.files), whole, files,
        suite.package, options.copy_limit)
    with Workspace(wanted) as workspace:
        pool = Pool(workspace, options.jobs or processors() * (
            _WHERE_TESTS_WAIT if exercise.aimed else 1))
        try:
            report = ExerciseCheck(suite, exercise, pool,
                                   options).report(first)
        finally:
            pool.end()
    notes = [*report.notes, *_notes(suite, exercise, left_out),
             *copying.notes(wanted, workspace.lacking.paths),
             *_spared(report), *pool.notes()]
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


def _notes(suite: Suite, exercise: Exercise, left_out: Sequence[str]
           ) -> Iterator[str]:
    """Yield what a learner should know, and need not mend."""
    differing = [f"{module}.py" for module, text in exercise.sources.items()
                 if _differs(suite.folder / f"{module}.py", text)]
    if differing:
        was = "was" if len(differing) == 1 else "were"
        yield (f"Your own {' and '.join(differing)} {was} not used: "
               "your tests ran on the reference, which differs.")
    for name in left_out:
        yield f"{name} was left out: it imports no module of this exercise."
    missing = [module for module in exercise.modules
               if module not in suite.concerns(exercise.modules)]
    for module in missing:
        yield (f"There is no test_{module}.py: the faults of {module}.py "
               "are not counted.")


def _spared(report: Report) -> Iterator[str]:
    """Yield that not every test ran on every fault, where it is so."""
    if not report.is_complete and any(map(report.is_integrated,
                                          report.valid)):
        yield ("The integration tests ran on the faults that the unit tests "
               "let pass, each until one failed: --matrix runs them all.")


def _differs(path: Path, text: str) -> bool:
    """Tell whether a file is there and is not this text, line ends aside."""
    try:
        return path.read_bytes().split() != text.encode().split()
    except OSError:
        return False
