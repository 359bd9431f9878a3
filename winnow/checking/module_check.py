"""The check of your own modules: faults are made, and the tests run."""
from __future__ import annotations

import os
import sys
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import replace
from pathlib import Path

from winnow.execution.copying import Wanted
from winnow.execution.job import Job
from winnow.execution.pool import Pool
from winnow.execution.result import Limits
from winnow.execution.runtime.imports import shared, tops_in
from winnow.execution.search_path import for_children
from winnow.execution.workspace import Workspace
from winnow.model.errors import CannotRun, NothingToCheck
from winnow.model.outcome import Outcome, Status
from winnow.model.report import Report
from winnow.subjects import project as projects
from winnow.subjects.accepted import entries_for
from winnow.subjects.project import Project
from winnow.subjects.selection import Selection, chosen
from winnow.suites.analysis import SuiteAnalysis
from winnow.suites.discovery import Suite
from winnow.system.processes import processors

from . import rests_on
from .acceptance import without_accepted
from .kept_verdicts import Kept, Store
from .options import Options
from .outcomes import Seen
from .rests_on import Files, NotKnown
from .session import ALWAYS, Heard, Judged, Progress, Session, checked
from .trials import Trials
from .usage import of_the_runner, renamed, used

# A suite that takes no longer than this is quick, in seconds.
QUICK = 0.2
# Where tests wait for more than this share of their time, processors are idle:
# more run at a time, up to so many for each processor.
_IDLE, _MOST_WIDER = 0.5, 4
Keeping = Callable[[Path], Store | None]
# So many functions without a fault are named, no more.
MOST_NOTES = 3


def check_modules(
        tests: Sequence[Path], modules: Sequence[Path], options: Options,
        choice: Selection = Selection(),
        progress: Progress = lambda done, of: None,
        first: Heard = lambda report: None,
        keeping: Keeping = lambda folder: None) -> Report:
    """Run the tests on the modules as they are, and on each made fault.

    `first` hears what is known before any fault is tried; `keeping` gives the
    store of a project's folder, if verdicts are to be taken from it and kept
    in it. Raises `NothingToCheck`, `NothingChanged` or `CannotRun`. Ctrl-C
    ends it with what is known so far.
    """
    whole, suite = projects.find(
        tests, modules, options.runner, choice.kept)
    accepted = entries_for([whole.folder / path for path in
                            whole.paths.values()], Path.cwd())
    project, notes = chosen(whole, choice)
    layout = project.layout
    wanted = Wanted(
        project.folder, first=tuple(_first(project, suite)),
        areas=layout.areas, shallow=layout.shallow,
        most_mb=options.copy_limit)

    store = keeping(project.folder)

    def begin(workspace: Workspace, pool: Pool) -> Session:
        """Return the session in a copy, if the tests could be copied."""
        _check_copied(wanted, workspace)
        files = Files.of(workspace, project.layout, [
            *store.own, store.base]) if store else None
        return _ModuleCheck(project, suite, pool, options, choice, progress,
                            store, files)

    return without_accepted(checked(
        wanted, options.jobs or processors(), begin, first, notes),
        accepted, whole)


class _ModuleCheck(Session):
    """A session on your own modules, for which faults are made."""

    def __init__(self, project: Project, suite: Suite, pool: Pool,
                 options: Options, choice: Selection, progress: Progress,
                 store: Store | None, files: Files | None) -> None:
        """Put together the first job."""
        self.names = {file: project.layout.path_of(file.path)
                      for file in suite.files}
        super().__init__(project, project.modules, suite, pool, options)
        self._choice = choice
        self._progress = progress
        self._store = store
        self._files = files
        self._by_file: Collection[str] = ()
        self._take(self._without(
            project, of_the_runner(project, suite.runner)))
        self.baseline = self.baseline_of(self._job(), {
            name: Outcome(Status.ERROR, file.error)
            for file, name in self.names.items() if file.error},
            project.settings, once=True)

    def _take(self, project: Project) -> None:
        """Check these modules from now on."""
        self.subject = self._project = project
        self.concerns = project.modules
        self.reading = SuiteAnalysis(
            {name: file for file, name in self.names.items()},
            project.folder, project.sources, rules=False)

    def _without(self, project: Project, unused: Mapping[str, str]
                 ) -> Project:
        """Return the project without what cannot be judged; note why."""
        if unused.keys() == project.paths.keys():
            raise CannotRun(" ".join(unused.values()))
        self.notes += _unused([*unused.values()])
        return projects.without(project, unused)

    def _job(self) -> Job:
        """Return the first job."""
        project, suite = self._project, self.suite
        given = (_given(project) if suite.runner == "pytest" else [
            name for file, name in self.names.items() if not file.error])
        return Job(
            Path(), tuple(given), suite.runner, project.paths, project.roots,
            project.layout.here,
            ".".join(project.package if project.layout.package else ()),
            for_children=self._for_children(),
            options=os.environ.get("PYTEST_ADDOPTS", ""))

    def _for_children(self) -> tuple[str, ...]:
        """Return where children of the tests find the modules first."""
        return for_children(self._project.folder, [
            (each.name, each.root) for each in self._project.names])

    def _warm(self, names: Iterable[str], texts: Mapping[str, bytes]) -> None:
        """Load what every run would, but for what the project hides.

        A process in which that is loaded must be a cold one.
        """
        project = self._project
        # Of what lies above the folder, only the folder itself is copied.
        folders = {project.folder / root for root in project.roots
                   if not root.startswith("..")}
        own = {*tops_in(folders), *project.package[:1],
               *(name.top for name in project.names)}
        self.pool.warm([name for name in shared(names)
                        if name.partition(".")[0] not in own], texts)
        self.baseline.job = replace(
            self.baseline.job, cold=any(name in sys.modules for name in own))

    def begin(self) -> None:
        """Load what the tests and the modules import."""
        imported = set().union(*(file.imports for file in self.suite.files),
                               projects.imports_in(self._project))
        self._warm([*ALWAYS, *sorted(imported)], {})

    def settled(self, seen: Seen) -> Seen:
        """Run once more where the tests import the modules by other names.

        From other folders, other files may be imported.
        """
        others = renamed(self._project, seen)
        if not others:
            return seen
        self._take(projects.renamed(self._project, self.suite, others))
        self.baseline.job = replace(
            self.baseline.job, modules=self._project.paths,
            roots=self._project.roots, for_children=self._for_children())
        self._warm([], {})
        return self.baseline.run()

    def prepare(self, seen: Seen, limits: Limits) -> None:
        """Find the modules that the tests use; load what they have loaded."""
        if seen.waits > _IDLE and not self.options.jobs:
            self.pool.widen(min(_MOST_WIDER * processors(), round(
                processors() / (1 - min(seen.waits, 0.99)))))
        self._find_usage(seen, limits)
        self._warm(seen.loaded, {
            path: self.pool.pattern(path)
            for path in seen.files_loaded.values()})

    def judge(self, report: Report, seen: Seen, limits: Limits, took: float
              ) -> Judged:
        """Try each fault that is made."""
        trials = Trials(
            self._project, self.baseline.job, seen, report.valid,
            self._by_file, tuple(self.names.values()), self.pool, limits,
            self._progress, took < QUICK, self.options.matrix,
            self._choice.confirm, self._kept(seen, report.valid))
        is_stopped = bool(report.valid) and not trials.run()
        self.notes += [*trials.notes, *_without_faults(self._project)]
        return Judged(replace(
            report, is_stopped=is_stopped, is_complete=self.options.matrix,
            faults=tuple(trials.judged[fault]
                         for fault in self._project.faults
                         if fault in trials.judged)))

    def _kept(self, seen: Seen, valid: Sequence[str]) -> Kept:
        """Return what earlier checks know, if they rest on the same."""
        if self._store is None or self._files is None:
            return Kept(self._project, valid)
        try:
            if self.baseline.is_shared:
                raise NotKnown("the tests use ports or files of this machine")
            key = rests_on.key(
                self._files, self._project, self.baseline.job, seen, valid,
                self._by_file, self.options)
        except NotKnown as why:
            self.notes.append(
                f"No verdict is kept for the next check: {why}.")
            return Kept(self._project, valid)
        return self._store.verdicts(key, self._project, valid)

    def _find_usage(self, reference: Seen, limits: Limits) -> None:
        """Keep the modules that the tests use; refuse where there are none.

        A module that no test imports is no part of the job: it could not be
        imported to see whether it is the one that breaks a file of tests.
        """
        job, files = self.baseline.job, self._project.files(
            self._project.sources)
        usage = used(self._project, job, reference, files, lambda variant:
                     dict(self.pool.run([variant], limits))[variant.key])
        self._take(self._without(self._project, usage.unused))
        self._by_file = usage.by_file
        self.baseline.job = replace(job, modules={
            name: path for name, path in self._project.paths.items()
            if name not in usage.by_file})


def _unused(reasons: Sequence[str]) -> Iterator[str]:
    """Yield why modules are not judged; of many, how many more."""
    for reason in reasons[:MOST_NOTES]:
        yield f"{reason} No fault was tried in it."
    more = len(reasons) - MOST_NOTES
    if more > 0:
        yield (f"Nor was one tried in {more} more "
               f"{'modules' if more > 1 else 'module'} that no test uses.")


def _without_faults(project: Project) -> Iterator[str]:
    """Yield what has no fault, and why; the rest as a number."""
    for module, each in project.without_faults[:MOST_NOTES]:
        yield (f"No fault is made in {each.name} ({project.paths[module]}, "
               f"line {each.line}): {each.reason}")
    more = len(project.without_faults) - MOST_NOTES
    if more > 0:
        yield f"Nor is one made in {more} others, which JSON lists."


def _given(project: Project) -> tuple[str, ...]:
    """Return the paths as given, but none where the whole project is meant.

    Then pytest looks where the project's own settings tell it to, as it does
    where it is started in the project's own folder.
    """
    if "." in project.given and project.layout.here == ".":
        return ()
    return project.given


def _first(project: Project, suite: Suite) -> Iterator[str]:
    """Yield the paths of what must be copied: modules, and files of tests."""
    yield from project.paths.values()
    for file in suite.files:
        if not file.error:
            yield project.layout.path_of(file.path)


def _check_copied(wanted: Wanted, workspace: Workspace) -> None:
    """Refuse a project of which not even the tests could be copied."""
    for path in wanted.first:
        if not workspace.has(path):
            raise NothingToCheck(f"{wanted.folder / path} cannot be copied.")
