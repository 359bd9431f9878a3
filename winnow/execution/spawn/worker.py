"""A started process that runs variants, one after the other.

It reads orders from its standard input, pickled, and writes events to its
standard output, a line of JSON each, behind a word that no test knows; the
tests see neither.
"""
from __future__ import annotations

import os
import pickle
import signal
import sys
from collections.abc import Mapping, Sequence
from os import _exit  # A test may have patched it in its module.
from pathlib import Path
from typing import BinaryIO

from winnow.system.processes import (
    be_named,
    heed_signals,
    limit,
    of_a_test,
    out_of_the_way,
)

from ..event import Event, Left, encoded
from ..job import Job
from ..result import Limits
from ..reuse.reset import Reuse
from ..runtime import imports
from ..working_copy import WorkingCopy


class Worker:
    """This process, at the orders of the one that started it."""

    def __init__(self) -> None:
        """Take the standard files for itself."""
        heed_signals()  # Who started this process may hold them back.
        self._orders = os.fdopen(out_of_the_way(0), "rb")
        self._events: BinaryIO = os.fdopen(
            out_of_the_way(1), "wb", buffering=0)
        self._word = self._orders.readline()
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        os.close(nothing)

    def work(self) -> None:
        """Do what is ordered, until there is no more order."""
        sys.path[:] = [place for place in sys.path if place]
        while True:
            try:
                order = pickle.load(self._orders)
            except EOFError:
                _exit(0)
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

    def _run(self, job: Job, copy: WorkingCopy, limits: Limits) -> None:
        """Run a job; tell its events, and at last what is left of it."""
        limit(**of_a_test(limits.memory))

        def emit(event: Event) -> None:
            """Tell an event; the clock of what follows starts anew."""
            _limit_time(limits.busy_after(event))
            self._tell(event)

        be_named(copy.root)
        left = self._reuse.run(job, copy, emit)
        _limit_time(0)
        self._tell(Left(left))

    def _tell(self, event: Event) -> None:
        """Write an event as a line, which begins with the word agreed on."""
        self._events.write(
            b"\n" + self._word.strip() + encoded(event) + b"\n")


def _limit_time(seconds: float) -> None:
    """Let this process end when it has been busy for so long."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


if __name__ == "__main__":
    Worker().work()
