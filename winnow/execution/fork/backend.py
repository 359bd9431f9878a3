"""Runs each variant in a process of its own, cloned from this warm one.

The warm process has imported what the tests import, but nothing of the
learner's; it has no thread and no connection. A clone costs a few
milliseconds, starts from clean ground and is thrown away: its verdict is that
of a fresh process.
"""
from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from os import _exit  # A test may have patched it in its module.
from pathlib import Path
from typing import Any

from winnow.system.processes import kill_group, kill_strays

from ..event import Branched, Event, Moment, VariantRan, count, decoded
from ..job import Job
from ..result import Limits, Run
from ..runtime import imports, runner
from ..variant import Branching, Variant
from ..working_copy import WorkingCopy
from .process import ChildHandle, ChildSide, end, ended, fork
from .reimports import ClonedReimports, Reimporting
from .split_stream import SplitStream


def way() -> ForkBackend:
    """Return this way to run variants."""
    return ForkBackend()


@dataclass(eq=False)
class Cloned:
    """A clone at its job."""

    clone: ChildHandle

    def runs(self, grace: float) -> dict[int, Run]:
        """End the clone; return its run."""
        events = [decoded(line) for line in end(self.clone, grace)]
        self.clone.run.events = events
        return {0: self.clone.run}

    def so_far(self) -> dict[int, Run]:
        """Return nothing: what it is at is over when it ends."""
        return {}

    def told(self) -> int:
        """Return that no others share the work."""
        return 0


@dataclass(eq=False)
class ClonedStem:
    """A clone that runs the right modules, from which variants branch off."""

    clone: ChildHandle
    _read: int = 0
    _told: int = 0

    def runs(self, grace: float) -> dict[int, Run]:
        """End the clone; return its runs by their variants' places."""
        return _results([decoded(line) for line in end(self.clone, grace)])

    def so_far(self) -> dict[int, Run]:
        """Return the runs that it has told of, each to its end."""
        return _told_by(map(decoded, self.clone.log.entries()))

    def told(self) -> int:
        """Return how many variants it has told of so far."""
        size = self.clone.log.size()
        new = os.pread(self.clone.log.fileno(), size - self._read, self._read)
        self._read += len(new)
        self._told += count(VariantRan, new)
        return self._told


class ForkBackend:
    """Clones, and stems from which clones branch off."""

    replaces = True
    most = None

    def warm(self, names: Sequence[str], folders: Sequence[str],
             texts: Mapping[str, bytes]) -> None:
        """Load and compile, in this process, what every clone would."""
        imports.load_ahead(names)
        imports.compile_ahead([Path(folder) for folder in folders], texts)

    def begin(self, job: Job, copy: WorkingCopy, limits: Limits) -> Cloned:
        """Clone this process; the clone runs the job."""
        return Cloned(_clone(copy, limits, lambda own: runner.run(
            job, own.tell)))

    def branch(self, variants: Sequence[Branching[Any]], copy: WorkingCopy,
               limits: Limits) -> ClonedStem:
        """Clone this process; from the clone, the variants branch off."""
        return ClonedStem(_clone(copy, limits, lambda own: SplitStream(
            own, copy, limits, variants).run()))

    def reimport(self, variants: Sequence[Variant[Any]], copy: WorkingCopy,
                 limits: Limits) -> ClonedReimports:
        """Clone this process; the clone imports the suite for each variant.
        """
        return ClonedReimports(_clone(copy, limits, lambda own: Reimporting(
            own, copy, variants).run()))

    def over(self, works: Iterable[Any]) -> list[Any]:
        """Return the works whose clones have ended."""
        by_clone = {id(work.clone): work for work in works}
        return [by_clone[id(clone)] for clone in ended(
            [work.clone for work in by_clone.values()])]

    def pausing(self) -> Callable[[], None]:
        """Keep the first collection of each clone from copying all pages.

        Who calls the checker from a program may have done so, for good.
        """
        if _was_frozen():
            return lambda: None
        gc.freeze()
        return gc.unfreeze

    def end(self, root: str) -> None:
        """Kill what the tests have left running."""
        kill_strays(Path(root))


@cache
def _was_frozen() -> bool:
    """Tell whether who calls the checker has frozen all there was.

    They are counted one by one, for which each must be looked at: so once.
    """
    return gc.get_freeze_count() > 0


def _clone(copy: WorkingCopy, limits: Limits,
           run: Callable[[ChildSide], None]) -> ChildHandle:
    """Clone this process, and return the clone, which runs and ends."""
    process = fork(copy, limits, afresh=True)
    if isinstance(process, ChildHandle):
        return process
    try:
        run(process)
        process.end()
    finally:
        _exit(1)


def _results(events: Sequence[Event]) -> dict[int, Run]:
    """Return the branches' runs by the place of their variant.

    What a branch told follows the line that says how it ended. A branch that
    outlived its stem is killed.
    """
    left: int | None = None
    for event in events:
        match event:
            case Branched(pid):
                left = pid
            case VariantRan():
                left = None
    if left is not None:
        kill_group(left)
    return _told_by(events)


def _told_by(events: Iterable[Event]) -> dict[int, Run]:
    """Return the runs that a stem has told of to their end, by place."""
    runs: dict[int, Run] = {}
    place, run = -1, Run()  # What the stem itself told is no variant's.
    for event in events:
        match event:
            case VariantRan(place, how, reason):
                run = Run([], how, reason)
            case Moment.OVER:
                runs[place] = run
                run = Run()
            case _:
                run.events.append(event)
    return runs
