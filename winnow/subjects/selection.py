"""Which of the made faults are tried: by place, name, change, at random."""
from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from winnow.model.errors import NothingChanged, NothingToCheck
from winnow.model.exercise import Mutant
from winnow.system import folders
from winnow.system.folders import Layout

from .changes import LAST, Changes
from .operators import is_wanted, operator_of
from .project import Project, limited, without


@dataclass(frozen=True)
class Selection:
    """Which of the faults that can be made are tried, and how.

    `faults` and `functions` are names; none of them lets all be tried.
    `since` takes those on lines changed since a git revision, `changed` since
    the last commit. None is in what `exclude` matches, nor made by another
    than the `operators`. `sample` takes so many by chance, the same for the
    same `seed`. What is missed is tried again in a process that starts anew,
    unless `confirm` is off.
    """

    sample: int | None = None
    seed: int = 0
    since: str | None = None
    confirm: bool = True
    changed: bool = False
    faults: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()

    @property
    def revision(self) -> str | None:
        """The git revision since which lines count, if they do."""
        return LAST if self.changed else self.since

    @property
    def option(self) -> str:
        """The option by which lines count, for a message."""
        return "--changed" if self.changed else f"--since {self.since}"

    def kept(self, layout: Layout, modules: Sequence[Path]) -> list[Path]:
        """Return the modules of which faults may be tried.

        So that nothing is made for the others. Raises `NothingToCheck` or
        `NothingChanged`.
        """
        kept = {path: layout.path_of(folders.normal(path))
                for path in modules}
        kept = {path: name for path, name in kept.items()
                if not _is_like(name, self.exclude)}
        if not kept:
            raise NothingToCheck("Each module is excluded: "
                                 f"{', '.join(self.exclude)}.")
        if self.revision is not None:
            lines = Changes(layout.folder, self.revision, self.option)
            kept = {path: name for path, name in kept.items()
                    if lines.has(name)}
            if not kept:
                raise _nothing_changed(self)
        return [*kept]


def chosen(project: Project, choice: Selection) -> tuple[Project, list[str]]:
    """Return the project with the faults that were asked for, and notes.

    Raises `NothingToCheck` where none is left, with the reason.
    """
    faults = list(project.faults)
    notes = list(project.notes)
    if choice.exclude or choice.operators:
        faults = [fault for fault in faults if is_wanted(
            operator_of(fault.name), choice.operators)
            and not _is_excluded(fault, choice.exclude)]
        if not faults:
            raise NothingToCheck(
                "No fault is left by --exclude and --operator, or what "
                "pyproject.toml says of them.")
    if choice.faults or choice.functions:
        faults = [*_named(faults, choice)]
    if len(faults) < len(project.faults):
        was = "was" if len(faults) == 1 else "were"
        notes.append(f"{len(faults)} of {len(project.faults)} faults {was} "
                     "asked for.")
    if choice.revision is not None:
        lines = Changes(project.folder, choice.revision, choice.option)
        changed = {module: lines.lines(
            path, project.sources[module].count("\n") + 1)
            for module, path in project.paths.items()}
        every = len(faults)
        faults = [fault for fault in faults
                  if not changed[fault.module].isdisjoint(
                      _lines_of(fault, project))]
        if not faults:
            raise _nothing_changed(choice)
        notes.append(f"{len(faults)} of {every} faults are in lines changed "
                     f"since {choice.revision}.")
    if choice.sample is not None and choice.sample < len(faults):
        number = len(faults)
        kept = set(random.Random(choice.seed).sample(range(number),
                                                     choice.sample))
        faults = [fault for place, fault in enumerate(faults)
                  if place in kept]
        notes.append(f"{len(faults)} of {number} faults were tried, drawn "
                     f"with the seed {choice.seed}.")
    # Of a package, what has no fault needs no word, be it imported or not.
    project = limited(project, faults)
    tried = {fault.module for fault in faults}
    return without(project, [
        name for name, path in project.paths.items()
        if path in project.of_packages and name not in tried]), notes


def _nothing_changed(choice: Selection) -> NothingChanged:
    """Return the sentence for lines in which no fault can be made."""
    since = ("the last commit" if choice.changed else choice.since)
    return NothingChanged(f"Since {since} no line has changed in which a "
                          "fault can be made.")


def _is_like(name: str, patterns: Iterable[str]) -> bool:
    """Tell whether a name or a path is as one of some patterns has it."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _is_excluded(fault: Mutant, patterns: Collection[str]) -> bool:
    """Tell whether a fault is in a module or a function that is left out."""
    parts = _place(fault).split(".")
    return any(_is_like(".".join(parts[:end]), patterns)
               for end in range(1, len(parts) + 1))


def _place(fault: Mutant) -> str:
    """Return the dotted name of the function or the module of a fault."""
    return fault.name.partition(":")[0]


def is_called(fault: Mutant, name: str) -> bool:
    """Tell whether a fault has a name, perhaps with fewer packages or more.

    A report has them as the tests import the module.
    """
    return (f".{fault.name}".endswith(f".{name}")
            or f".{name}".endswith(f".{fault.name}"))


def _is_in(fault: Mutant, function: str) -> bool:
    """Tell whether a fault is in a function or a class of this name.

    What it is in may be part of the name, up to the module's packages.
    """
    place = f".{_place(fault)}."
    found = place.rfind(f".{function}.")
    return found >= 0 and found + len(function) > len(fault.module)


def _named(faults: Sequence[Mutant], choice: Selection) -> Iterator[Mutant]:
    """Yield the faults that have one of the names, or are in a function."""
    for name in choice.faults:
        if not any(is_called(fault, name) for fault in faults):
            raise NothingToCheck(no_such_fault(name, faults))
    places = {_place(fault): fault for fault in faults}
    for name in choice.functions:
        if not any(_is_in(fault, name) for fault in places.values()):
            raise NothingToCheck(
                f"There is no fault in a function {name}." + _near(name, [
                    place[len(fault.module) + 1:]
                    for place, fault in places.items()]))
    for fault in faults:
        if any(is_called(fault, name) for name in choice.faults) or any(
                _is_in(fault, name) for name in choice.functions):
            yield fault


def no_such_fault(name: str, faults: Iterable[Mutant]) -> str:
    """Return the sentence for a name that no fault has."""
    return f"There is no fault {name}." + _near(
        name, [fault.name for fault in faults])


def _near(name: str, names: Iterable[str]) -> str:
    """Return which names may be meant, after a blank; nothing if none."""
    near = get_close_matches(name, sorted(set(names) - {""}), n=3)
    return f" Did you mean {' or '.join(near)}?" if near else ""


def _lines_of(fault: Mutant, project: Project) -> range:
    """Return the numbers of the lines in which a fault stands."""
    before = project.sources[fault.module][:fault.start]
    first = before.count("\n") + 1
    return range(first, first + fault.old.count("\n") + 1)
