"""Runs each variant in this very process, which is put right after each.

So it is where there are no processes, in a browser's page. What a test does
beyond Python's means is not contained here: see the README.
"""
from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from winnow.model.outcome import Ending
from winnow.system.processes import (
    HAS_PROCESSES,
    be_named,
    kill_strays,
    limited,
)

from ..event import Event, Moment, Stopped
from ..job import Job
from ..result import Limits, Run
from ..reuse.reset import Reuse
from ..runtime import imports
from ..working_copy import WorkingCopy
from .exit_guard import ExitGuard
from .timeout import Timeout


def way() -> InlineBackend:
    """Return this way to run variants."""
    return InlineBackend()


@dataclass(eq=False)
class Due:
    """A job that is to run, or has run, in this process."""

    job: Job
    copy: WorkingCopy
    limits: Limits
    run: Run = field(default_factory=Run)

    def runs(self, grace: float) -> dict[int, Run]:
        """Return what was seen, once it has run."""
        return {0: self.run}

    def so_far(self) -> dict[int, Run]:
        """Return nothing: what it is at is over when it ends."""
        return {}

    def told(self) -> int:
        """Return that no others share the work."""
        return 0


class InlineBackend:
    """One run at a time, and nothing beside it."""

    branch = reimport = None
    replaces = False
    most = 1
    _loaded: frozenset[str] = frozenset()
    _around: Callable[[], AbstractContextManager[None]] = nullcontext

    def warm(self, names: Sequence[str], folders: Sequence[str],
             texts: Mapping[str, bytes]) -> None:
        """Load and compile what every run would: that is the ground."""
        if not HAS_PROCESSES:
            from . import pyodide  # It changes what is loaded from now on.
            self._around = pyodide.without_its_loop
        imports.load_ahead(names)
        imports.compile_ahead([Path(folder) for folder in folders], texts)
        loaded = frozenset(sys.modules)
        if loaded != self._loaded:  # Or it is as it was.
            self._loaded = loaded
            self._doors = ExitGuard()
            self._reuse = Reuse()

    def begin(self, job: Job, copy: WorkingCopy, limits: Limits) -> Due:
        """Keep the job until it is waited for."""
        return Due(job, copy, limits)

    def over(self, works: Iterable[Any]) -> list[Any]:
        """Run the one there is."""
        works = list(works)
        for work in works:
            self._run(work)
        return works

    def _run(self, work: Due) -> None:
        """Run a job to its end, or until it has taken too long."""
        doors = self._doors
        limits = work.limits
        clock = Timeout(limits.waiting)

        def emit(event: Event) -> None:
            """Note an event; the time of what follows starts anew."""
            doors.end_copies()
            clock.start(limits.waiting_after(event))
            match event:
                case Stopped() if clock.is_over:
                    pass
                case _ if not doors.why:
                    work.run.events.append(event)

        be_named(work.copy.root)
        with doors, clock, limited(work.limits.memory), self._around():
            try:
                work.run.left = self._reuse.run(
                    work.job, work.copy, emit)
            except Exception as error:  # What the checker needs is broken.
                doors.why = doors.why or f"it broke Python ({error!r})"
            except KeyboardInterrupt:
                if not (doors.has_come or doors.why or clock.is_over):
                    raise
        if doors.has_come:
            raise KeyboardInterrupt
        if clock.is_over:
            work.run.ended = Ending.HUNG
        elif doors.why:
            work.run.reason = doors.why
        elif work.run.events[-1:] == [Moment.DONE]:
            work.run.ended = Ending.DONE
        else:
            work.run.reason = "the run ended early"

    def pausing(self) -> Callable[[], None]:
        """There is nothing to prepare."""
        return lambda: None

    def end(self, root: str) -> None:
        """There is no process but this one, and those that tests started."""
        kill_strays(Path(root))
