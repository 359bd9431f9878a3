"""Runs each variant in this very process, which is put right after each.

So it is where there are no processes, in a browser's page. What a test does
beyond Python's means is not contained here: see the README.
"""
from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from . import imports
from .reuse import Reuse
from .runs import Limits, Run
from .stage import Event
from .variant import Variant
from .workspace import INTERRUPTS, WorkingCopy

# How often a test is ended anew that goes on all the same, in seconds.
_AGAIN = 0.05


def way() -> Inline:
    """Return this way to run variants."""
    return Inline()


class OutOfTime(KeyboardInterrupt):
    """Raised in a test that takes too long; runners take it for Ctrl-C."""


@dataclass(eq=False)
class Due:
    """A variant that is to run, or has run, in this process."""

    variant: Variant[Any]
    copy: WorkingCopy
    limits: Limits
    run: Run = field(default_factory=Run)

    def runs(self, grace: float) -> dict[int, Run]:
        """Return what was seen, once it has run."""
        return {0: self.run}

    def told(self) -> int:
        """Return that no others share the work."""
        return 0


class Inline:
    """One run at a time, and nothing beside it."""

    branches = False
    replaces = False
    most = 1

    def warm(self, names: Sequence[str], folders: Sequence[str],
             texts: Mapping[str, bytes]) -> None:
        """Load and compile what every run would: that is the ground."""
        imports.load_ahead(names)
        imports.compile_ahead([Path(folder) for folder in folders], texts)
        self._reuse = Reuse()

    def begin(self, variants: Sequence[Variant[Any]], copy: WorkingCopy,
              limits: Limits) -> Due:
        """Keep the variant until it is waited for."""
        return Due(variants[0], copy, limits)

    def over(self, works: Iterable[Any]) -> list[Any]:
        """Run the one there is."""
        works = list(works)
        for work in works:
            self._run(work)
        return works

    def _run(self, work: Due) -> None:
        """Run a variant to its end, or until it has taken too long."""
        clock = _Clock(work.limits.waiting)

        def emit(event: Event) -> None:
            """Note an event; the time of what follows starts anew."""
            clock.start()
            if event[0] != "stopped" or not clock.is_over:
                work.run.events.append(event)

        with _Interrupts() as interrupts, clock:
            left = self._reuse.run(work.variant.job, work.copy, emit)
        if interrupts.has_come:
            raise KeyboardInterrupt
        work.run.left = left
        if clock.is_over:
            work.run.ended = "hung"
        elif work.run.events and work.run.events[-1] == ["done"]:
            work.run.ended = "done"
        else:
            work.run.reason = "the run ended early"

    def pausing(self) -> Callable[[], None]:
        """There is nothing to prepare."""
        return lambda: None

    def end(self, root: str) -> None:
        """There is no process but this one."""


class _Interrupts:
    """Has signals do what they do in a new process; keeps a Ctrl-C."""

    def __enter__(self) -> _Interrupts:
        """Put the handlers of a new process in place."""
        self.has_come = False
        self._before = {number: signal.getsignal(number)
                        for number in sorted(INTERRUPTS)}
        for number in self._before:
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        """Put back those that were there."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _interrupt(self, number: int, frame: object) -> None:
        """End the test that is on, and then the check."""
        self.has_come = True
        raise KeyboardInterrupt


class _Clock:
    """Ends what takes longer than it may, as far as Python can."""

    def __init__(self, seconds: float) -> None:
        """Allow so much for each test."""
        self._seconds = seconds
        self._until = 0.0
        self.is_over = False
        self._has_timer = (hasattr(signal, "setitimer") and threading.
                           current_thread() is threading.main_thread())

    def __enter__(self) -> None:
        """Begin to count."""
        if self._has_timer:
            self._before = signal.signal(signal.SIGALRM, self._ring)
        self.start()
        if not self._has_timer:
            sys.settrace(self._look)

    def start(self) -> None:
        """Count from now on."""
        self._until = time.monotonic() + self._seconds
        if self._has_timer:
            signal.setitimer(signal.ITIMER_REAL, self._seconds, _AGAIN)

    def __exit__(self, *_: object) -> None:
        """Count no more."""
        if self._has_timer:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
        else:
            sys.settrace(None)

    def _ring(self, number: int, frame: object) -> None:
        """End what is on."""
        self.is_over = True
        raise OutOfTime("it did not end in time")

    def _look(self, frame: FrameType, event: str, argument: object) -> Any:
        """End what is on, at a line of Python, if its time is over."""
        if time.monotonic() > self._until:
            self.is_over = True
            self._until = time.monotonic() + _AGAIN
            raise OutOfTime("it did not end in time")
        return self._look
