"""One check from end to end: a learner's files in, a report out."""
from __future__ import annotations

import ast
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from . import suite as suites
from . import verdict
from .exercise import (
    TABLE, BrokenExercise, Edit, Exercise, Fault, Refactoring, bundled, load)
from .imports import hides_loaded
from .clone import Limits, kill_strays
from .pool import Pool
from .stage import Job
from .suite import NothingToCheck, Suite
from .swap import changed_function
from .trace import first_reach
from .variant import Change, Variant
from .verdict import Outcome, Problem, Report, Seen
from .workspace import Workspace

# Whatever a suite imports, its tests import these.
_ALWAYS = ("unittest", "unittest.mock", "winnow.run_unittest")
# What pytest says where a plugin is missing that was not loaded.
_PLUGIN_MISSING = ("fixture '", "async def functions are not natively",
                   "no option named '")


class CannotRun(Exception):
    """Why no test of a suite could be run, in one sentence."""


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
            pool = Pool(workspace, options.jobs or _processors())
            report = _Check(suite, exercise, pool, options).report()
        finally:
            kill_strays(workspace.root)
    notes = list(_notes(suite, exercise, left_out, workspace.left_out))
    return replace(report, notes=tuple(notes),
                   seconds=time.monotonic() - begun)


def _processors() -> int:
    """Return how many processes this one may really use at a time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _exercise_for(suite: Suite, wanted: str | None) -> Exercise:
    """Return the exercise that is named, or that the tests import."""
    known = bundled()
    if wanted is not None:
        folder = known.get(wanted, Path(wanted))
        if not (folder / TABLE).is_file():
            raise NothingToCheck(
                f"{wanted} is neither a folder with a {TABLE} nor one of "
                f"the exercises that come along ({', '.join(known)}).")
        exercise = load(folder)
        if suite.concerns(exercise.modules):
            return exercise
        found = [exercise]
    else:
        found = [load(folder) for folder in known.values()]
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
        self._job = Job(
            Path(), tuple(file.path.name for file in suite.files
                          if not file.error),
            suite.runner, exercise.modules, boundaries=exercise.boundaries,
            cold=hides_loaded(suite.folder))
        self._lost: dict[str, Outcome] = {}
        self._broken = {file.path.name: Outcome("error", file.error)
                        for file in suite.files if file.error}

    def report(self) -> Report:
        """Run everything, the reference first; return what it means."""
        imported = set().union(
            *(file.imports for file in self._suite.files),
            *map(self._imports_of, self._exercise.sources))
        self._pool.warm(
            [*_ALWAYS, *sorted(imported)],
            {file.path.name: file.path.read_bytes()
             for file in self._suite.files} | {
                 f"{name}.py": text.encode()
                 for name, text in self._exercise.sources.items()})
        begun = time.monotonic()
        reference = self._reference()
        took = time.monotonic() - begun
        self._pool.warm(reference.loaded, {})
        timeout = self._options.timeout
        limits = Limits(min(2 * timeout, max(1.0, 10 * took)), 2 * timeout)
        runs = {key: verdict.seen(run) for key, run in
                self._pool.run(self._variants(reference), limits)}
        tests = {**reference.tests, **self._lost}
        valid = verdict.valid_tests(tests)
        faults = [self._judged(fault, valid, runs[fault])
                  for fault in self._faults()]
        return Report(
            self._exercise, self._concerns,
            tuple(file.path.name for file in self._suite.files),
            self._suite.runner, tests, reference.executes, tuple(faults),
            tuple(self._tolerated(each, valid, runs[each])
                  for each in self._refactorings()),
            tuple(self._problems(reference)))

    def _imports_of(self, module: str) -> Iterator[str]:
        """Return what a module of the exercise imports."""
        path = self._exercise.folder / f"{module}.py"
        try:
            return suites.imports_of(
                ast.parse(self._exercise.sources[module], path.name))
        except SyntaxError as error:
            raise BrokenExercise(
                f"{path} is not Python: SyntaxError: {error}.") from error

    def _reference(self) -> Seen:
        """Run on the right modules, until what ends a run is left out."""
        limits = Limits(self._options.timeout, self._options.timeout)
        while True:
            seen = self._run_once(limits)
            if seen.ended == "done":
                break
            if not self._leave_out(seen):
                raise CannotRun(self._why_nothing_ran(seen))
            if not self._job.files:
                raise CannotRun(self._why_no_test())
        if self._wants_plugins(seen):
            self._job = replace(self._job, plugins=True)
            again = self._run_once(limits)
            if len(verdict.valid_tests(again.tests)) > len(
                    verdict.valid_tests(seen.tests)):
                seen = again
            else:
                self._job = replace(self._job, plugins=False)
        self._broken.update(seen.files)
        if not seen.tests and not self._lost:
            raise CannotRun(self._why_no_test())
        return seen

    def _run_once(self, limits: Limits) -> Seen:
        """Return what is seen on the right modules, messages included.

        The same run is traced beside it, by a process of its own, since
        listening may change what a test does.
        """
        jobs = {"reference": replace(self._job, explain=True),
                "trace": replace(self._job, trace=True)}
        runs = dict(self._pool.run(
            [Variant(name, job, self._exercise.sources)
             for name, job in jobs.items()], limits))
        seen = verdict.seen(runs["reference"])
        traced = verdict.seen(runs["trace"])
        if traced.tests.keys() == seen.tests.keys():
            seen = replace(seen, executes=traced.executes)
        statuses = ([(test, outcome.status) for test, outcome in each]
                    for each in (seen.tests.items(), traced.tests.items()))
        if next(statuses) == next(statuses):
            seen = replace(seen, reached=traced.reached)
        if seen.unviable:
            raise CannotRun(
                f"A reference module cannot be imported: {seen.unviable}")
        return seen

    def _wants_plugins(self, seen: Seen) -> bool:
        """Tell whether a test may have failed for want of pytest's plugins.

        Those of others are loaded for the suites that need them alone: each
        costs every variant its import.
        """
        return self._job.runner == "pytest" and any(
            sign in (outcome.message or "") for sign in _PLUGIN_MISSING
            for outcome in seen.tests.values())

    def _leave_out(self, seen: Seen) -> bool:
        """Leave out the test or file that ended a run; tell if it is known."""
        files = {name: outcome for name, outcome in seen.files.items()
                 if name in self._job.files}
        tests = {test: outcome for test, outcome in seen.tests.items()
                 if outcome.status in verdict.LOST}
        self._broken.update(files)
        self._lost.update(tests)
        self._job = replace(
            self._job, without=self._job.without | tests.keys(),
            files=tuple(name for name in self._job.files
                        if name not in files))
        return bool(files or tests)

    def _why_nothing_ran(self, seen: Seen) -> str:
        """Return the sentence for a run that ended outside of the tests."""
        said = [self._said_of(name, outcome)
                for name, outcome in seen.files.items()]
        return " ".join(said) or (
            f"The tests cannot be run: {seen.reason or seen.ended}.")

    def _why_no_test(self) -> str:
        """Return the sentence for a suite of which nothing could be run."""
        if self._broken:
            return " ".join(self._said_of(name, outcome)
                            for name, outcome in self._broken.items())
        names = ", ".join(self._job.files)
        return (f"{names}: no test in it. A test is a method test_… of a "
                "unittest.TestCase, or a function test_… for pytest.")

    def _said_of(self, file: str, outcome: Outcome) -> str:
        """Return the sentence for a file that could not be imported."""
        message = outcome.message or ""
        if outcome.status == "hung":
            return (f"{file}: its import did not end within "
                    f"{self._options.timeout:g} seconds.")
        if "SystemExit" in message:
            return (f"{file}: it ends Python when it is imported. If it calls "
                    "unittest.main() or sys.exit(), put that below "
                    'if __name__ == "__main__":.')
        if message.startswith(f"{file}:"):
            return message
        if message.startswith("it is"):
            return f"{file}: {message}"
        return f"{file}: it cannot be imported. {message}"

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

    def _variants(self, reference: Seen) -> Iterator[Variant[Edit]]:
        """Yield every variant; one function's change as what it is."""
        for edit in (*self._faults(), *self._refactorings()):
            sources = self._exercise.sources_with(edit)
            old = self._exercise.sources[edit.module]
            try:
                name = changed_function(old, sources[edit.module])
            except SyntaxError as error:
                raise self._broken_table(
                    edit, f"{edit.module}.py is not Python: {error}"
                ) from error
            change = None
            if name and reference.reached is not None:
                since = first_reach(f"{edit.module}.{name}",
                                    reference.reached)
                if since is not None:
                    before = tuple(reference.tests)[:since]
                    change = Change(edit.module, name, old, since, before)
            yield Variant(edit, self._job, sources, change)

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

    def _problems(self, reference: Seen) -> Iterator[Problem]:
        """Yield what is to be mended besides what is missed."""
        for name, outcome in self._broken.items():
            yield Problem("import", name, self._said_of(name, outcome))
        for test, address in dict.fromkeys(reference.network):
            yield Problem("network", test, address)


def _notes(suite: Suite, exercise: Exercise, left_out: Sequence[str],
           too_large: Sequence[str]) -> Iterator[str]:
    """Yield what a learner should know, and need not mend."""
    differing = [f"{module}.py" for module, text in exercise.sources.items()
                 if _differs(suite.folder / f"{module}.py", text)]
    if differing:
        yield (f"Your own {' and '.join(differing)} were not used: "
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
