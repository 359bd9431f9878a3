"""Leaves accepted faults out of a report, and says which entries are stale."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from winnow.model.exercise import Mutant
from winnow.model.outcome import Verdict
from winnow.model.report import Accepted, FaultVerdict, Report
from winnow.subjects.accepted import PYTHON, Acceptance, shown
from winnow.subjects.project import Project
from winnow.system import folders

# So many stale entries are named, no more.
MOST_STALE = 5

_Key = tuple[str, int, str, str]


def without_accepted(report: Report, entries: Sequence[Acceptance],
                     project: Project) -> Report:
    """Return a report in which what was accepted is not missed.

    The project has all faults of its modules, also those that were not
    tried.
    """
    known, stale = _found(entries, project)
    by_key = {_key(each, report.subject.file_of(each.fault.module)): each
              for each in report.faults}
    accepted: dict[str, Accepted] = {}
    for key, entry in known.items():
        each = by_key.get(key)
        if each is None:
            continue
        if each.outcome == Verdict.CAUGHT:
            stale.append(f"{entry.where}: your tests catch {each.fault.name} "
                         "now. Delete the entry.")
        else:
            accepted[each.fault.name] = Accepted(each, entry.why, entry.date)
    return replace(
        report, accepted=tuple(accepted.values()),
        faults=tuple(each for each in report.faults
                     if each.fault.name not in accepted),
        notes=(*report.notes, *_said(len(accepted), entries, stale)))


def _found(entries: Sequence[Acceptance], project: Project
           ) -> tuple[dict[_Key, Acceptance], list[str]]:
    """Return the entries by what they accept, and what is to be said."""
    modules = {folders.normal(project.folder / path): name
               for name, path in project.paths.items()}
    known: dict[_Key, Acceptance] = {}
    stale: list[str] = []
    for entry in entries:
        name = modules.get(folders.normal(entry.path))
        if name is None:
            if not entry.path.exists():
                stale.append(f"{entry.where}: there is no {entry.module} any "
                             "more. Delete the entry.")
            continue
        fault = entry.of([each for each in project.faults
                          if each.module == name], project.sources[name])
        if fault is not None:
            known[project.paths[name], fault.start, fault.old,
                  fault.new] = entry
        elif entry.python == PYTHON:  # Another one has other faults.
            stale.append(
                f"{entry.where}: {entry.fault} is not made any more. Delete "
                "the entry; if your tests miss what is made instead, accept "
                "that.")
    return known, stale


def _key(verdict: FaultVerdict, path: str) -> _Key:
    """Return what a fault is known by, whatever its module is called."""
    fault = verdict.fault
    start = fault.start if isinstance(fault, Mutant) else 0
    return path, start, fault.old, fault.new


def _said(number: int, entries: Sequence[Acceptance], stale: Sequence[str]
          ) -> Iterator[str]:
    """Yield how many were left out, and each entry that is stale."""
    if number:
        files = dict.fromkeys(shown(entry.folder) for entry in entries)
        yield (f"{number} accepted survivor{'' if number == 1 else 's'} left "
               f"out: {', '.join(files)}.")
    yield from stale[:MOST_STALE]
    more = len(stale) - MOST_STALE
    if more > 0:
        yield f"{more} more accepted faults are stale."
