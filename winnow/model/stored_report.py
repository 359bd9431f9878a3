"""A report on modules of one's own as a text that is kept, and back.

The text is JSON. What is read back has all that a report is made of, and none
of what a check is made with: no faults but those that were tried.
"""
from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

from .exercise import Mutant, Subject
from .findings import BrokenRule, Problem
from .outcome import Outcome, Status, Verdict
from .report import Accepted, FaultVerdict, Report

# The form of the text: another one is not read.
FORM = 1


class NotReadable(Exception):
    """A text is no report that this version has written."""


@dataclass(frozen=True)
class NoFault:
    """A function for which no fault is made, and the reason."""

    name: str
    line: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class StoredModules(Subject):
    """Modules of a report that was kept, with the paths of their files."""

    paths: Mapping[str, str]
    without_faults: tuple[tuple[str, NoFault], ...] = field(default=())

    def file_of(self, module: str) -> str:
        """Return the path of a module in the folder."""
        return self.paths[module]


_KINDS: dict[str, type] = {kind.__name__: kind for kind in (
    Accepted, BrokenRule, FaultVerdict, Mutant, NoFault, Outcome, Problem,
    Report, StoredModules)}


def as_text(report: Report, when: str) -> str:
    """Return a report as it is kept, with the time at which it was made."""
    subject = report.subject
    values = _plain(replace(report, subject=StoredModules(
        title=subject.title, folder=subject.folder, modules=subject.modules,
        sources=subject.sources, faults=(),
        paths={name: subject.file_of(name) for name in subject.modules},
        without_faults=tuple(
            (module, NoFault(each.name, each.line, each.reason))
            for module, each in getattr(subject, "without_faults", ())))))
    return json.dumps({"winnow": FORM, "when": when, "report": values})


def from_text(text: str) -> tuple[Report, str]:
    """Return a report that was kept, and when it was made.

    Raises `NotReadable` where the text is not one of ours.
    """
    try:
        values = json.loads(text)
        if values["winnow"] != FORM:
            raise NotReadable
        report, when = _back(values["report"]), values["when"]
        if not isinstance(report, Report) or not isinstance(when, str):
            raise NotReadable
        return report, when
    except (ValueError, KeyError, TypeError, AttributeError,
            RecursionError) as error:
        raise NotReadable from error


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; a mapping and an object say what it is.
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {"is": "", "of": {str(key): _plain(each)
                                 for key, each in value.items()}}
    if isinstance(value, (tuple, list)):
        return [_plain(each) for each in value]
    if is_dataclass(value):
        return {"is": type(value).__name__, "of": {
            each.name: _plain(getattr(value, each.name))
            for each in fields(value) if each.init}}
    return value


def _back(value: Any) -> Any:
    """Return what `_plain` was given; a list was a tuple."""
    if isinstance(value, list):
        return tuple(map(_back, value))
    if not isinstance(value, dict):
        return value
    found = {key: _back(each) for key, each in value["of"].items()}
    if not value["is"]:
        return found
    kind = _KINDS[value["is"]]
    if kind is Outcome:
        found["status"] = Status(found["status"])
    elif kind is FaultVerdict:
        found["outcome"] = Verdict(found["outcome"])
    elif kind is StoredModules:
        found["folder"] = Path(found["folder"])
    return kind(**found)
