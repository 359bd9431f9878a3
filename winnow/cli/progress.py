"""A line on a terminal that says how far a long check has come."""
from __future__ import annotations

import time
from typing import TextIO

# Who waits no longer than this needs no such line, in seconds.
PATIENCE = 2.0
# How often the line is written anew, in seconds.
_STEP = 0.2


class Progress:
    """Writes the line, from some time on, and wipes it out at the end."""

    def __init__(self, stream: TextIO, what: str = "faults") -> None:
        """Write to a stream if it is a terminal; else not at all.

        `what` is counted; how many were done at first says nothing of time.
        """
        self._stream = stream
        self._what = what
        self._at_first = 0
        self._begun = self._written = time.monotonic()
        self._is_shown = self._is_begun = False

    def __enter__(self) -> Progress:
        """Return this very line."""
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the line out."""
        if self._is_shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def __call__(self, done: int, of: int) -> None:
        """Say how many of all are done, and about how long the rest takes."""
        now = time.monotonic()
        if not self._is_begun:
            self._is_begun, self._at_first = True, done
        if (now - self._begun < PATIENCE or now - self._written < _STEP
                or not self._stream.isatty()):
            return
        self._written = now
        self._is_shown = True
        new = done - self._at_first
        left = (f", about {_rounded((now - self._begun) * (of - done) / new)}"
                " left" if new else "")
        self._stream.write(f"\r\x1b[K{done} of {of} {self._what}{left}")
        self._stream.flush()


def _rounded(seconds: float) -> str:
    """Return a time as a person would say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min"
