"""When a file is saved: the system says so, or the files are looked at.

The system is heard through watchfiles, of the extra `watch`. It has threads,
and a process that has those cannot be cloned: where checks are clones, another
process hears it.
"""
from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from winnow.system.processes import CAN_CLONE, heed_signals

# How often the files are looked at where nobody says when, in seconds.
STEP = 0.1
# To look takes at most one part in so many of the time, however many files.
_SHARE = 20
# Some file systems say nothing, those of a network above all: so the files are
# looked at so often anyway, in seconds.
_ANYWAY = 5.0


class Saves(Protocol):
    """Something that waits for saves."""

    def wait(self, took: float) -> bool:
        """Wait a moment; tell whether to look at the files, which `took` so
        long the last time.
        """

    def close(self) -> None:
        """Wait no more."""


def saves(folders: Sequence[Path], below: bool) -> Saves:
    """Return what waits for saves in some folders, or also `below` them."""
    if not (has_events() and all(folder.is_dir() for folder in folders)):
        return Looking()
    names = [str(folder) for folder in folders]
    return Passed(names, below) if CAN_CLONE else Heard(names, below)


def has_events() -> bool:
    """Tell whether watchfiles is installed."""
    return find_spec("watchfiles") is not None


class Looking:
    """Looks at the files from time to time."""

    def wait(self, took: float) -> bool:
        """Wait, the longer, the longer it takes to look."""
        time.sleep(max(STEP, _SHARE * took))
        return True

    def close(self) -> None:
        """There is nothing to end."""


class Heard:
    """Hears what the system says, in this process."""

    def __init__(self, folders: Sequence[str], below: bool) -> None:
        """Hear it from the first `wait` on."""
        self._changes = _changes(folders, below)
        self._looked = 0.0

    def wait(self, took: float) -> bool:
        """Wait for a moment, or until something is saved."""
        try:
            return self._is_time(next(self._changes))
        except (OSError, StopIteration):  # A folder is gone, or too many are.
            return Looking().wait(took)

    def close(self) -> None:
        """There is nothing to end."""

    def _is_time(self, changed: bool) -> bool:
        """Tell whether to look: something has changed, or it is long ago."""
        now = time.monotonic()
        if not changed and now - self._looked < _ANYWAY:
            return False
        self._looked = now
        return True


class Passed(Heard):
    """Hears what the system says from another process."""

    def __init__(self, folders: Sequence[str], below: bool) -> None:
        """Start that process, which ends with this one."""
        super().__init__(folders, below)
        self._owner = os.getpid()
        self._pipe, theirs = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            self._pass_on(theirs)
        os.close(theirs)

    def wait(self, took: float) -> bool:
        """Wait for a moment, or until something is saved."""
        if not select.select([self._pipe], [], [], STEP)[0]:
            return self._is_time(False)
        if os.read(self._pipe, 4096):
            return self._is_time(True)
        return Looking().wait(took)  # Nobody is at the other end.

    def close(self) -> None:
        """End the other process; in a clone of this one, let it be."""
        os.close(self._pipe)
        if os.getpid() == self._owner:
            os.kill(self._pid, signal.SIGTERM)
            os.waitpid(self._pid, 0)

    def _pass_on(self, pipe: int) -> None:
        """Write a byte for each save; end with the process that reads them."""
        try:
            heed_signals()
            os.close(self._pipe)
            for changed in self._changes:
                if changed:
                    os.write(pipe, b".")
                elif os.getppid() != self._owner:
                    break
        finally:
            os._exit(0)


def _changes(folders: Sequence[str], below: bool) -> Iterator[bool]:
    """Yield, again and again, whether something was saved meanwhile.

    First of all it may have been, while this began.
    """
    from watchfiles import watch
    is_first = True
    for changes in watch(*folders, recursive=below, yield_on_timeout=True,
                         rust_timeout=int(STEP * 1000)):
        yield is_first or bool(changes)
        is_first = False
