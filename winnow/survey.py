"""A check of a person's own modules: faults are made, and the tests run."""
from __future__ import annotations

import os
import random
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from . import project as projects
from . import verdict
from .check import processors
from .coaching import advised, coach
from .exam import ALWAYS, Options
from .exercise import Edit
from .imports import hides_loaded, shared
from .mutate import MadeFault
from .plan import Planner
from .pool import Pool
from .project import Project
from .problems import Problems
from .reading import Reading
from .reference import CannotRun, Reference
from .runs import Limits, Run
from .search_path import for_children, import_root
from .stage import Job
from .suite import NothingToCheck, Suite
from .variant import Variant
from .verdict import FaultVerdict, Outcome, Report, Seen
from .workspace import Workspace

# A suite that takes no longer than this is quick, in seconds.
QUICK = 0.2
# So many functions without a fault are named, no more.
MOST_NOTES = 3

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Choice:
    """Which of the faults that can be made are tried, and how.

    `sample` takes so many by chance, the same for the same `seed`;
    `since` those on lines changed since a git revision. What is missed is
    tried again in a process that starts anew, unless `confirm` is off.
    """

    sample: int | None = None
    seed: int = 0
    since: str | None = None
    confirm: bool = True


def survey(tests: Sequence[Path], modules: Sequence[Path], options: Options,
           choice: Choice = Choice(),
           progress: Progress = lambda done, of: None,
           first: Callable[[Report], None] = lambda report: None) -> Report:
    """Run the tests on the modules as they are, and on each made fault.

    `first` hears what is known before any fault is tried. Raises
    `NothingToCheck` or `CannotRun`. Ctrl-C ends it with what is known so far.
    """
    begun = time.monotonic()
    project, suite = projects.find(tests, modules, options.runner)
    project, notes = _chosen(project, choice)
    with Workspace(project.folder, frozenset()) as workspace:
        _check_copied(project, suite, workspace)
        pool = Pool(workspace, options.jobs or processors())
        try:
            report = _Survey(project, suite, tests, pool, options, choice,
                             progress).report(first)
        finally:
            pool.end()
    notes += [*_without_faults(project), *pool.notes()]
    return replace(report, notes=(*report.notes, *notes),
                   seconds=time.monotonic() - begun)


class _Survey:
    """The runs of one survey."""

    def __init__(self, project: Project, suite: Suite, tests: Sequence[Path],
                 pool: Pool, options: Options, choice: Choice,
                 progress: Progress) -> None:
        """Put together the first job."""
        self._project = project
        self._suite = suite
        self._pool = pool
        self._options = options
        self._choice = choice
        self._progress = progress
        self._notes: list[str] = []
        self._is_stopped = False
        self._files = project.files(project.sources)
        names = {file: file.path.relative_to(project.folder).as_posix()
                 for file in suite.files}
        self._reading = Reading(
            {name: file for file, name in names.items()}, project.folder,
            project.sources, rules=False)
        given = (_given(tests, project.folder) if suite.runner == "pytest"
                 else [name for file, name in names.items() if not file.error])
        folders = {project.folder / root for root in project.roots}
        self._reference = Reference(
            Job(Path(), tuple(given), suite.runner, project.paths,
                project.roots, cold=hides_loaded(folders),
                for_children=for_children(project.folder, [
                    (name, import_root(name, path))
                    for name, path in project.paths.items()]),
                options=os.environ.get("PYTEST_ADDOPTS", "")),
            self._files, pool, options.limits,
            {names[file]: Outcome("error", file.error)
             for file in suite.files if file.error})

    def report(self, first: Callable[[Report], None]) -> Report:
        """Run everything, the modules as they are first; `first` hears it."""
        imported = set().union(*(file.imports for file in self._suite.files),
                               projects.imports_in(self._project))
        self._pool.warm(shared([*ALWAYS, *sorted(imported)]), {})
        begun = time.monotonic()
        reference = self._reference.run()
        took = time.monotonic() - begun
        self._check_loaded(reference)
        self._pool.warm(shared(reference.loaded), {
            path: self._pool.pattern(path)
            for path in reference.files_loaded.values()})
        limits = self._options.limits.for_variants(
            took, self._suite.has_alarm())
        tests = {**reference.tests, **self._reference.lost}
        valid = verdict.valid_tests(tests)
        report = Report(
            self._project, self._project.modules, tuple(self._reading.paths),
            self._suite.runner, tests, reference.executes, (), ())
        first(report)
        judged = (self._judged(reference, valid, limits, took < QUICK)
                  if valid else {})
        coaching = coach({**tests, **self._reference.broken},
                         self._reading.paths)
        self._notes += self._reference.notes()
        report = replace(
            report, faults=tuple(judged[fault] for fault in self._project.made
                                 if fault in judged),
            coaching=coaching, notes=tuple(self._notes),
            is_complete=self._options.matrix, is_stopped=self._is_stopped)
        problems = Problems(report, reference, self._reading)
        return replace(report, problems=(
            *advised(self._reference.problems(reference), coaching),
            *problems.all({}, is_whole=False)))

    def _check_loaded(self, reference: Seen) -> None:
        """Refuse to judge tests by modules that they do not import."""
        for name, path in self._project.paths.items():
            if reference.files_loaded.get(name) == path:
                continue
            if name in reference.loaded:
                raise CannotRun(
                    f"The tests import {name}, and not from {path}: another "
                    "file of that name comes first. Faults in this one would "
                    "be seen by no test.")
            raise CannotRun(
                f"The tests do not import {path} (as {name}): faults in it "
                "would be seen by no test.")

    def _judged(self, reference: Seen, valid: Sequence[str], limits: Limits,
                is_quick: bool) -> dict[MadeFault, FaultVerdict]:
        """Return the verdict on each fault that was tried."""
        planner = Planner(self._project, self._reference.job, reference,
                          not self._options.matrix, is_quick)
        variants = [planner.variant(fault) for fault in self._project.made]
        unreached = {variant.key for variant in variants if variant.aim == ()}
        judged: dict[MadeFault, FaultVerdict] = {}
        unviable: set[MadeFault] = set()

        def judge(fault: Edit, run: Run) -> None:
            """Note what a run says of its fault."""
            assert isinstance(fault, MadeFault)
            seen = verdict.seen(run)
            if seen.unviable:
                # Whoever made it would have seen so at once.
                unviable.add(fault)
                return
            line = fault.line_in(self._project.sources[fault.module])
            judged[fault] = replace(
                verdict.judge_fault(
                    fault, line, valid, seen, reference.tests),
                is_executed=fault not in unreached)

        try:
            self._run(variants, limits, judge, 0)
            if self._choice.confirm and not self._options.matrix:
                # That nothing executes a function was seen in a process that
                # started anew already.
                again = [variant.as_it_comes()
                         for variant in variants
                         if variant.key in judged
                         and variant.key not in unreached
                         and judged[_made(variant)].outcome != "caught"]
                self._run(again, limits, judge, len(variants))
        except KeyboardInterrupt:
            for fault, run in self._pool.rescued:
                judge(fault, run)
            self._is_stopped = True
            self._notes.append(
                f"Stopped: {len(judged)} of {len(variants)} faults were "
                "tried, and what was missed was not all tried again.")
        if unviable:
            self._notes.append(
                f"{len(unviable)} more kept a module from being imported, "
                f"and {'was' if len(unviable) == 1 else 'were'} left out.")
        return judged

    def _run(self, variants: Sequence[Variant[Edit]], limits: Limits,
             judge: Callable[[Edit, Run], None], before: int) -> None:
        """Run variants; say how far it has come."""
        of = before + len(variants)
        for fault, run in self._pool.run(
                variants, limits,
                lambda done: self._progress(before + done, of)):
            judge(fault, run)


def _made(variant: Variant[Edit]) -> MadeFault:
    """Return the fault of a variant."""
    assert isinstance(variant.key, MadeFault)
    return variant.key


def _without_faults(project: Project) -> Iterator[str]:
    """Yield what has no fault, and why; the rest as a number."""
    for module, each in project.without_faults[:MOST_NOTES]:
        yield (f"No fault is made in {each.name} ({project.paths[module]}, "
               f"line {each.line}): {each.reason}")
    more = len(project.without_faults) - MOST_NOTES
    if more > 0:
        yield f"Nor is one made in {more} others, which JSON lists."


def _given(tests: Iterable[Path], folder: Path) -> list[str]:
    """Return the paths as given, but none where the whole project is meant.

    Then pytest looks where the project's own settings tell it to.
    """
    paths = [path.absolute().relative_to(folder).as_posix()
             for path in tests]
    return [path for path in paths if path != "."]


def _check_copied(project: Project, suite: Suite, workspace: Workspace
                  ) -> None:
    """Refuse a project that is too large to be copied."""
    wanted = [*project.paths.values(), *(
        file.path.relative_to(project.folder).as_posix()
        for file in suite.files)]
    missing = [path for path in wanted if not workspace.has(path)]
    if missing:
        raise NothingToCheck(
            f"{project.folder} is too large to be copied: {missing[0]} was "
            "left out. Put a pyproject.toml where the project begins.")


def _chosen(project: Project, choice: Choice) -> tuple[Project, list[str]]:
    """Return the project with the faults that were asked for, and notes."""
    faults = list(project.made)
    notes: list[str] = []
    if choice.since is not None:
        changed = {module: _lines_since(choice.since, project, module)
                   for module in project.modules}
        faults = [fault for fault in faults
                  if not changed[fault.module].isdisjoint(
                      _lines_of(fault, project))]
        if not faults:
            raise NothingToCheck(
                f"Since {choice.since} no line has changed in which a fault "
                "can be made.")
        notes.append(f"{len(faults)} of {len(project.made)} faults stand in "
                     f"lines changed since {choice.since}.")
    if choice.sample is not None and choice.sample < len(faults):
        number = len(faults)
        kept = set(random.Random(choice.seed).sample(range(number),
                                                     choice.sample))
        faults = [fault for place, fault in enumerate(faults)
                  if place in kept]
        notes.append(f"{len(faults)} of {number} faults were tried, drawn "
                     f"with the seed {choice.seed}.")
    return projects.limited(project, faults), notes


def _lines_of(fault: MadeFault, project: Project) -> range:
    """Return the numbers of the lines in which a fault stands."""
    before = project.sources[fault.module][:fault.start]
    first = before.count("\n") + 1
    return range(first, first + fault.old.count("\n") + 1)


def _git(folder: Path, *arguments: str
         ) -> subprocess.CompletedProcess[str]:
    """Return what git answers in a folder."""
    try:
        return subprocess.run(["git", *arguments], cwd=folder, text=True,
                              encoding="utf-8", errors="replace",
                              capture_output=True)
    except OSError as error:
        raise NothingToCheck(f"git cannot be run: {error.strerror}.")


def _lines_since(revision: str, project: Project, module: str) -> set[int]:
    """Return the numbers of a module's lines that git says have changed."""
    path = project.paths[module]
    answer = _git(project.folder, "diff", "--unified=0", "--no-color",
                  "--no-ext-diff", "--relative", "--end-of-options", revision,
                  "--", path)
    if answer.returncode:
        said = answer.stderr.strip().splitlines() or ["git diff failed"]
        raise NothingToCheck(f"--since {revision}: {said[0]}.")
    if _git(project.folder, "ls-files", "--error-unmatch", path).returncode:
        # Git does not know the file yet: all of it is new.
        return set(range(1, project.sources[module].count("\n") + 2))
    lines: set[int] = set()
    for begin, count in re.findall(
            r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", answer.stdout, re.MULTILINE):
        first = int(begin)
        lines.update(range(first, first + int(count or 1)))
    return lines
