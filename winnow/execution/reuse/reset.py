"""Runs one job after another in a process that is restored in between."""
from __future__ import annotations

import atexit
import contextvars
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# By names of their own: a test may have patched them in their modules.
from os import _exit, getpid

from winnow.system.processes import out_of_the_way

from ..event import Connects, Emit, Event
from ..job import Job
from ..runtime import runner
from ..working_copy import WorkingCopy
from .process_state import ProcessState


class Reuse:
    """This process, with the state to which it is brought back."""

    def __init__(self) -> None:
        """Take what is loaded now for the ground of every job."""
        self._ground = ProcessState()

    def run(self, job: Job, copy: WorkingCopy, emit: Emit) -> list[str]:
        """Run a job as a new process would; return what it has left behind.

        Nothing, where the next job finds what a new process would find. A
        child process that a test has made, and that runs on as if it were
        this one, ends with the first event that it tells.
        """
        own = getpid()

        def tell(event: Event) -> None:
            """Tell an event of this process, and of no other."""
            if getpid() == own:
                emit(event)
                return
            match event:
                case Connects():
                    pass
                case _:
                    _exit(0)

        try:
            with _outside(copy):
                contextvars.Context().run(runner.run, job, tell)
        finally:
            left = self._ground.mend()
        return left


@contextmanager
def _outside(copy: WorkingCopy) -> Iterator[None]:
    """Stand in a working copy, with nothing to read and nobody to listen.

    The standard files are put back here, all the rest with the ground.
    """
    held = [(number, out_of_the_way(number)) for number in _open_standard()]
    low = os.open(os.devnull, os.O_RDWR)
    nothing = open(out_of_the_way(low), "r+", encoding="utf-8")
    os.close(low)
    try:
        for number, _ in held:
            os.dup2(nothing.fileno(), number)
        sys.stdin = sys.stdout = sys.stderr = nothing
        setattr(atexit, "register", lambda called, *_, **__: called)
        os.environ["TMPDIR"] = str(copy.tmp)
        tempfile.tempdir = None
        random.seed()  # Of two new processes, none draws as the other.
        os.chdir(copy.folder)
        yield
    finally:
        for number, kept in held:
            os.dup2(kept, number)
            os.close(kept)
        with suppress(OSError):  # A test may have closed it by its number.
            nothing.close()


def _open_standard() -> list[int]:
    """Return which of the standard files are open."""
    return [number for number in (0, 1, 2) if _is_open(number)]


def _is_open(number: int) -> bool:
    """Tell whether a file of this number is open."""
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
