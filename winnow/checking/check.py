"""Finds the exercise that a suite is about, and checks one on the other."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from winnow.execution.copying import Wanted
from winnow.model.errors import NothingToCheck
from winnow.model.exercise import Exercise
from winnow.model.report import Report
from winnow.subjects.faults_toml import bundled, load, modules_of, named
from winnow.suites import discovery as suites
from winnow.suites.discovery import Suite
from winnow.system.folders import is_broad
from winnow.system.processes import processors

from .causes.known_module import KnownModule
from .exercise_check import ExerciseCheck, NotQuick
from .options import Options
from .session import Heard, Progress, checked

# Tests that take long wait most of that time: for servers and for threads.
_WHERE_TESTS_WAIT = 3


def check(paths: Sequence[Path], options: Options = Options(),
          first: Heard = lambda report: None,
          progress: Progress = lambda done, of: None,
          exercise: Exercise | None = None) -> Report:
    """Run a suite on the reference, the faults and the refactorings.

    `first` hears what is known once the suite has run on the reference, and
    `progress` how many variants have run since. The `exercise` may be one
    that is read already. Raises `NothingToCheck`,
    `BrokenExercise` or `CannotRun`.
    """
    suite = suites.find(paths, options.runner)
    exercise = exercise_for(suite, options.exercise, exercise)
    suite, left_out = suite.limited_to(exercise)
    modules = (*exercise.modules, *exercise.support)
    own = [f"{module}{end}" for module in modules for end in ("", ".py")]
    # Of a home, only the files in it have to do with the tests there.
    whole, files = ((), (".",)) if is_broad(suite.folder) else ((".",), ())
    wanted = Wanted(
        suite.folder, frozenset(own),
        tuple(file.path.name for file in suite.files), whole, files,
        suite.package, options.copy_limit)
    jobs = options.jobs or processors() * (
        _WHERE_TESTS_WAIT if exercise.aimed else 1)
    notes = [*_notes(suite, exercise, left_out),
             *([] if options.only else _untested(suite, exercise))]

    def checked_by(options: Options) -> Report:
        """Check by these options, in copies of their own."""
        return checked(
            wanted, jobs, lambda workspace, pool: ExerciseCheck(
                suite, exercise, pool, options, progress), first, notes)

    try:
        return checked_by(options)
    except NotQuick:
        return checked_by(replace(options, quick=False))


def exercise_for(suite: Suite, wanted: str | None,
                 read: Exercise | None = None) -> Exercise:
    """Return the exercise that is `read`, named, or that the tests import.

    Raises `NothingToCheck` where they import none of its modules.
    """
    found = ([read] if read else [named(wanted)] if wanted is not None
             else _bundled_for(suite))
    counts = [len(suite.concerns(each.modules)) for each in found]
    if max(counts) > 0:
        return max((each for each, count in zip(found, counts)
                    if count == max(counts)),
                   key=lambda each: _names_known(suite, each))
    names = "; ".join(f"{each.name}: {', '.join(each.modules)}"
                      for each in found)
    files = ", ".join(file.path.name for file in suite.files)
    raise NothingToCheck(
        f"{files}: no import of a module that an exercise is about ({names}).")


def _bundled_for(suite: Suite) -> list[Exercise]:
    """Return the exercises that the tests may be about, or else all."""
    folders = [*bundled().values()]
    near = [folder for folder in folders
            for modules in [modules_of(folder)]
            if modules is None or suite.concerns(modules)]
    return [load(folder) for folder in near or folders]


def _names_known(suite: Suite, exercise: Exercise) -> int:
    """Count the names in an exercise's modules that the tests use.

    Two exercises may have modules of the same name, such as `api`.
    """
    return sum(
        name in KnownModule(module, exercise.sources[module], ()).names
        for module in suite.concerns(exercise.modules)
        for name in suite.names_taken_from(module))


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


def _untested(suite: Suite, exercise: Exercise) -> Iterator[str]:
    """Yield in one sentence which modules no file of tests is about."""
    missing = [module for module in exercise.modules
               if module not in suite.concerns(exercise.modules)]
    if missing:
        yield (f"There is no {_listed(f'test_{name}.py' for name in missing)}"
               f": the faults of {_listed(f'{name}.py' for name in missing)} "
               "are not counted.")


def _listed(names: Iterable[str]) -> str:
    """Return names in one phrase, as in "a, b or c"."""
    *most, last = names
    return f"{', '.join(most)} or {last}" if most else last


def _differs(path: Path, text: str) -> bool:
    """Tell whether a file is there and is not this text, line ends aside."""
    try:
        return path.read_bytes().split() != text.encode().split()
    except OSError:
        return False
