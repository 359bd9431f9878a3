"""A started process that runs variants, one after the other.

It reads orders from its standard input, pickled, and writes events to its
standard output, a line of JSON each; the tests see neither.
"""
from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Mapping, Sequence
from json import dumps  # A test may have patched it in its module.
from pathlib import Path
from typing import Any, BinaryIO

from . import imports
from .reuse import Reuse
from .stage import Event, Job
from .workspace import WorkingCopy

# Memory that a test's process may take, in bytes, where that can be limited.
MOST_MEMORY = 3 * 2 ** 30


class Worker:
    """This process, at the orders of the one that started it."""

    def __init__(self) -> None:
        """Take the standard files for itself."""
        self._orders = os.fdopen(os.dup(0), "rb")
        self._events: BinaryIO = os.fdopen(os.dup(1), "wb", buffering=0)
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.close(nothing)
        _limit_memory()

    def work(self) -> None:
        """Do what is ordered, until there is no more order."""
        sys.path[:] = [place for place in sys.path if place]
        while True:
            try:
                order = pickle.load(self._orders)
            except EOFError:
                os._exit(0)
            if order[0] == "warm":
                self._warm(*order[1:])
            else:
                self._run(*order[1:])

    def _warm(self, names: Sequence[str], folders: Sequence[str],
              texts: Mapping[str, bytes]) -> None:
        """Load and compile what every run would: that is the ground."""
        imports.load_ahead(names)
        imports.compile_ahead([Path(folder) for folder in folders], texts)
        self._reuse = Reuse()

    def _run(self, job: Job, copy: WorkingCopy, busy: float) -> None:
        """Run a job; tell its events, and at last what is left of it."""
        def emit(event: Event) -> None:
            """Tell an event; the clock of what follows starts anew."""
            _limit_time(busy)
            self._tell(event)

        left = self._reuse.run(job, copy, emit)
        _limit_time(0)
        self._tell(["left", left])

    def _tell(self, event: Event) -> None:
        """Write an event as a line."""
        self._events.write(dumps(event).encode() + b"\n")


def _limit_time(seconds: float) -> None:
    """Let this process end when it has been busy for so long."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory() -> None:
    """Let no test take more memory than one may, where that can be said."""
    try:
        import resource
        limit: Any = resource.RLIMIT_AS
        resource.setrlimit(limit, (MOST_MEMORY, MOST_MEMORY))
    except (ImportError, AttributeError, ValueError, OSError):
        pass  # Windows has no such limit, and macOS refuses it.


if __name__ == "__main__":
    Worker().work()
