"""A line on a terminal that says how far a check has come.

Not by rich: this process is cloned for the tests, and each clone would have
loaded what a fresh process has not. No code of a terminal is needed: the line
begins anew with a carriage return, and spaces cover the rest of the last one.
"""
from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TextIO

from winnow.reports.terminal import ASCII, WIDTH
from winnow.system.streams import can_print

# How often the line is written anew, in seconds.
_STEP = 0.2
# From then on the time that is left can be told from the time it took.
_PATIENCE = 1.0


class Progress:
    """Writes the line, from the start on, and wipes it out at the end."""

    def __init__(self, stream: TextIO | None, what: str,
                 before: str = "Running your tests…",
                 also: Callable[[int, int], object] = lambda done, of: None
                 ) -> None:
        """Write to a stream if it is a terminal; else not at all.

        `what` is counted: the faults, say. `before` is said until then.
        Others hear the count `also`, where there is no terminal.
        """
        self._also = also
        self._stream = stream
        self._is_on = bool(stream and stream.isatty()
                           and os.environ.get("TERM") != "dumb")
        self._what = what
        self._before = before
        self._known = -1
        self._shown = ""
        self._covered = 0
        self._begun = self._written = 0.0

    def __enter__(self) -> Progress:
        """Say what is done first: the tests run on the right modules."""
        self._begun = time.monotonic()
        self._show(self._before)
        return self

    def __exit__(self, *_: object) -> None:
        """Wipe the line out."""
        self.wipe()

    def begin(self) -> None:
        """Say that the tests have run on the right modules."""
        self._begun = time.monotonic()
        self.wipe()
        self._show(f"Trying the {self._what}…")

    def __call__(self, done: int, of: int) -> None:
        """Say how many of all are done, and about how long the rest takes.

        What was done when this is first called says nothing of time.
        """
        self._also(done, of)
        now = time.monotonic()
        if self._known < 0:
            self._known = done if done < of else 0
        if now - self._written < _STEP:
            return
        self._written = now
        took = now - self._begun
        new = done - self._known
        left = (f", about {_rounded(took * (of - done) / new)} left"
                if new > 0 and done < of and took > _PATIENCE else "")
        self._show(f"{done} of {of} {self._what}{left}")

    def wipe(self) -> None:
        """Wipe the line out, so that others can write."""
        if self._covered:
            self._write("\r" + " " * self._covered + "\r")
            self._shown, self._covered = "", 0

    def _show(self, line: str) -> None:
        """Put a line in place of the last one, if there is a terminal."""
        if not (self._is_on and self._stream):
            return
        if not can_print(line, self._stream):
            line = line.translate(ASCII)
        room = self._columns() - 1  # In the last column, it would wrap.
        line = line.ljust(self._covered)[:room]
        if line != self._shown:
            self._write(f"\r{line}")
        self._shown, self._covered = line, len(line)

    def _columns(self) -> int:
        """Return how wide the terminal is; it may be made narrower."""
        assert self._stream
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or WIDTH
        except (OSError, ValueError):
            return WIDTH

    def _write(self, text: str) -> None:
        """Write to the terminal, or never again if it is gone."""
        assert self._stream
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._is_on = False


def _rounded(seconds: float) -> str:
    """Return a time as a person would say it."""
    if seconds < 90:
        return f"{max(1, seconds):.0f} s"
    return f"{seconds / 60:.0f} min"
