"""How the tests use each module: imported by its name, by its file, or not.

Only what the runs on the right modules have shown is said.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from winnow.execution.job import Job
from winnow.execution.result import Run
from winnow.execution.variant import Variant
from winnow.model.errors import CannotRun
from winnow.subjects.project import Project
from winnow.suites.module_names import Name, names_of

from . import outcomes
from .outcomes import Seen

# What pytest imports before any test: with a fault in it, nothing would run.
OF_PYTEST = frozenset({
    "_pytest", "exceptiongroup", "iniconfig", "packaging", "pluggy", "py",
    "pygments", "pytest", "tomli"})
_BROKEN = "raise ImportError('Winnow has put this in place of the module.')\n"
# What a run on other modules tells.
_Try = Callable[[Variant[str]], Run]


@dataclass(frozen=True)
class Usage:
    """What the tests do with the modules, by the modules' names.

    `by_file` are those that no test imports under a name, and that are read
    or executed all the same; `unused` says of the others why they are not
    judged.
    """

    by_file: frozenset[str] = frozenset()
    unused: Mapping[str, str] = field(default_factory=dict)


def of_the_runner(project: Project, runner: str) -> dict[str, str]:
    """Return the modules without which pytest cannot run, each with why."""
    return {
        name: f"pytest itself imports {name.partition('.')[0]}. With a fault "
              f"in {path}, pytest could run no test."
        for name, path in project.paths.items()
        if runner == "pytest" and name.partition(".")[0] in OF_PYTEST}


def renamed(project: Project, seen: Seen) -> dict[str, Name]:
    """Return the names under which modules were imported, if others.

    They are by the names that were expected.
    """
    found: dict[str, Name] = {}
    for name, path in project.paths.items():
        loaded = {each for each, file in seen.files_loaded.items()
                  if file == path}
        if name not in loaded:
            for each in names_of(path, project.layout.package
                                 or project.package):
                if each.name in loaded - project.paths.keys():
                    found.setdefault(name, each)
    return found


def used(project: Project, job: Job, seen: Seen, files: Mapping[str, str],
         try_on: _Try) -> Usage:
    """Return how the tests use the modules.

    What no test imports may be read or executed: where one might, the tests
    run once more, with the module broken. Raises `CannotRun` if no module is
    used.
    """
    by_file: set[str] = set()
    unused: dict[str, str] = {}
    for name, path in project.paths.items():
        if seen.files_loaded.get(name) == path:
            continue
        if seen.reached is not None and name not in seen.reached:
            unused[name] = _why_unused(
                name, path, seen, "none reads that file or starts another "
                "process")
        elif _differs(seen, outcomes.seen(try_on(
                Variant(name, job, files, (path, _BROKEN))))):
            by_file.add(name)
        else:
            unused[name] = _why_unused(
                name, path, seen, "all end as before when it is broken")
    if len(unused) == len(project.paths):
        raise CannotRun(" ".join(unused.values()))
    return Usage(frozenset(by_file), unused)


def _why_unused(name: str, path: str, seen: Seen, measured: str) -> str:
    """Return what was seen of a module that is not used."""
    if name in seen.loaded:
        where = seen.files_loaded.get(name, "outside the project")
        return (f"The tests import {name} from {where}, not from {path}, and "
                f"{measured}.")
    return f"No test imports {path}, and {measured}."


def _differs(before: Seen, after: Seen) -> bool:
    """Tell whether a run shows anything but what the first one did."""
    ends = [({test: outcome.status for test, outcome in seen.tests.items()},
             seen.files.keys(), seen.unviable, seen.ended)
            for seen in (before, after)]
    return ends[0] != ends[1]
