"""Runs job after job in this very process, each on the ground of the first."""
from __future__ import annotations

import atexit
import contextvars
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from . import runner
from .ground import Ground
from .stage import Emit, Job
from .workspace import WorkingCopy


class Reuse:
    """This process, with the state to which it is brought back."""

    def __init__(self) -> None:
        """Take what is loaded now for the ground of every job."""
        self._ground = Ground()

    def run(self, job: Job, copy: WorkingCopy, emit: Emit) -> list[str]:
        """Run a job as a new process would; return what it has left behind.

        Nothing, where the next job finds what a new process would find.
        """
        try:
            with _outside(copy):
                contextvars.Context().run(runner.run, job, emit)
        finally:
            left = self._ground.mend()
        return left


@contextmanager
def _outside(copy: WorkingCopy) -> Iterator[None]:
    """Stand in a working copy, with nothing to read and nobody to listen.

    The standard files are put back here, all the rest with the ground.
    """
    held = [(number, os.dup(number)) for number in _open_standard()]
    nothing = open(os.devnull, "r+", encoding="utf-8")
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
        if not nothing.closed:
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
