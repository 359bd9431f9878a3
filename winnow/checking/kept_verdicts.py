"""Keeps verdicts for the next check, and the last report of each project.

Each verdict is a line of a file that is named by what the verdict rests on.
It is written when it is known: a check that is interrupted loses none, and one
that is killed those of its last seconds. A line that was cut short is passed
over.
"""
from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from winnow.model.exercise import Mutant
from winnow.model.outcome import Verdict
from winnow.model.report import FaultVerdict
from winnow.subjects.project import Project
from winnow.system import fingerprint
from winnow.system.cache_folder import keep_below

# What is kept of all projects together, in bytes, and for how long it is kept
# that nobody has used, in seconds.
MOST_BYTES = 64 * 2 ** 20
MOST_AGE = 30 * 24 * 3600
_REPORT = "report.json"
# A project's files of verdicts, and the marks of their lines.
_VERDICTS = "verdicts"
_VERDICT, _CONFIRMED = "verdict", "confirmed"
# Whether a test hangs is a matter of time, and how a process ends may be.
_KEPT = (Verdict.CAUGHT, Verdict.MISSED)


@dataclass(frozen=True)
class Store:
    """What is kept of one project, in a folder of its own below a base.

    `own` are the paths of files that Winnow writes, which no test reads.
    """

    base: Path
    project: Path
    own: tuple[Path, ...] = ()

    @property
    def folder(self) -> Path:
        """The project's folder in the base."""
        real = os.path.realpath(self.project)
        number = fingerprint.of_values(real)[:16]
        return self.base / f"{os.path.basename(real)[:40]}-{number}"

    @property
    def report(self) -> Path:
        """The file of the last report."""
        return self.folder / _REPORT

    def verdicts(self, key: str, project: Project, valid: Sequence[str]
                 ) -> Kept:
        """Return what is known under a key, which goes on being written."""
        path = self.folder / _VERDICTS / f"{key}.jsonl"
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            keep_below(self.base, MOST_BYTES, time.time() - MOST_AGE)
            path.touch(mode=0o600)
            kept = Kept(project, valid, path)
            kept.read()
        except OSError:  # Who cannot keep anything still can check.
            return Kept(project, valid)
        return kept

    def save_report(self, text: str) -> None:
        """Keep the last report, whole or not at all."""
        beside = self.report.with_name(f"{_REPORT}.{os.getpid()}")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside.touch(mode=0o600)
            beside.write_text(text, encoding="utf-8")
            os.replace(beside, self.report)
        except OSError:
            with suppress(OSError):
                beside.unlink()

    def forget(self) -> None:
        """Delete what is kept of the project."""
        shutil.rmtree(self.folder)


def around(base: Path, folder: Path) -> Store | None:
    """Return what is kept of the nearest project around a folder, if any."""
    for place in (folder, *folder.parents):
        store = Store(base, place)
        if store.report.is_file():
            return store
    return None


@dataclass
class Kept:
    """Verdicts that rest on the same, and those that a check adds to them.

    Without a path nothing is known, and nothing is kept.
    """

    project: Project
    valid: Sequence[str]
    path: Path | None = None
    confirmed: set[Mutant] = field(default_factory=set)
    _written: dict[Mutant, str] = field(default_factory=dict)
    _known: dict[Mutant, FaultVerdict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Number the tests and name the faults, as they are written."""
        self._numbers = {test: number
                         for number, test in enumerate(self.valid)}
        self._names = {fault: self._name(fault)
                       for fault in self.project.faults}

    def known(self) -> dict[Mutant, FaultVerdict]:
        """Return the verdicts that need no run."""
        return dict(self._known)

    def read(self) -> None:
        """Take what the file says of the project's faults."""
        assert self.path is not None
        faults = {name: fault for fault, name in self._names.items()}
        content = self.path.read_bytes()
        if content and not content.endswith(b"\n"):
            self._write("")  # So that the next line is one of its own.
        for line in content.splitlines():
            try:
                self._take(json.loads(line), faults)
            except (ValueError, IndexError, TypeError):
                continue

    def keep(self, verdict: FaultVerdict) -> None:
        """Keep a verdict that another run would give, too."""
        fault = verdict.fault
        if (isinstance(fault, Mutant) and verdict.outcome in _KEPT
                and verdict.is_executed
                and self._numbers.keys() >= {*verdict.caught_by}):
            line = json.dumps([
                _VERDICT, self._names[fault], verdict.outcome, verdict.how,
                [self._numbers[test] for test in verdict.caught_by],
                [self._numbers[test] for test in verdict.failed_by]])
            if self._written.get(fault) != line:
                self._written[fault] = line
                self._write(line)

    def confirm(self, faults: Iterable[Mutant]) -> None:
        """Note that faults are missed in a process that starts anew, too."""
        for fault in faults:
            self._write(json.dumps([_CONFIRMED, self._names[fault]]))

    def _take(self, line: Any, faults: dict[str, Mutant]) -> None:
        """Take a line, the last that is said of a fault."""
        match line:
            case [kind, str(name)] if kind == _CONFIRMED and name in faults:
                self.confirmed.add(faults[name])
            case [kind, str(name), outcome, how, [*caught], [*failed]] if (
                    kind == _VERDICT and name in faults
                    and bool(caught) == (outcome == Verdict.CAUGHT)):
                fault = faults[name]
                self._known[fault] = FaultVerdict(
                    fault, fault.line_in(self.project.sources[fault.module]),
                    _KEPT[_KEPT.index(outcome)], how and str(how),
                    tuple(self.valid[number] for number in caught),
                    failed_by=tuple(self.valid[number] for number in failed))

    def _write(self, line: str) -> None:
        """Append a line in one step, as another check may do meanwhile."""
        if self.path is None:
            return
        try:
            with open(self.path, "ab", buffering=0) as file:
                file.write(f"{line}\n".encode())
        except OSError:
            self.path = None

    def _name(self, fault: Mutant) -> str:
        """Return what a fault is known by, whatever its module is called."""
        return fingerprint.of_values(
            self.project.paths[fault.module], fault.start, fault.old,
            fault.new)[:24]
