"""Ends tests that take too long in the one process, where Python can.

Python ends a test where it can listen: at a signal of the system's timer, at
a call or a jump back (PEP 669), or at a line. A loop in C it cannot end.
"""
from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from .exit_guard import Ended

# How often a test is ended anew that goes on all the same, in seconds.
_AGAIN = 0.05
# Of the six that may listen at a time, those from 3 to 5 have no name.
_TOOL = 4
# After so many calls and jumps the time is looked at.
_OFTEN = 64


class Timeout:
    """Gives each test so many seconds, from its `start` on."""

    def __init__(self, seconds: float) -> None:
        """Allow so much for each test."""
        self._seconds = seconds
        self._until = 0.0
        self._passed = 0
        self.is_over = False
        self._has_timer = (
            hasattr(signal, "setitimer")
            and sys.platform not in ("emscripten", "wasi") and threading.
            current_thread() is threading.main_thread())

    def __enter__(self) -> None:
        """Begin to count."""
        if self._has_timer:
            self._before = signal.signal(signal.SIGALRM, self._ring)
        self.start(self._seconds)
        if not self._has_timer and not _monitor(self._pass):
            sys.settrace(self._look)

    def start(self, seconds: float) -> None:
        """Allow so much from now on.

        Unless a test uses the one timer for itself.
        """
        self._seconds = seconds
        self._until = time.monotonic() + self._seconds
        if self._has_timer and signal.getsignal(
                signal.SIGALRM) == self._ring:
            signal.setitimer(signal.ITIMER_REAL, self._seconds, _AGAIN)

    def __exit__(self, *_: object) -> None:
        """Count no more."""
        if self._has_timer:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self._before)
        elif not _monitor(None):
            sys.settrace(None)

    def _ring(self, number: int, frame: object) -> None:
        """End what is on."""
        self.is_over = True
        raise Ended("it did not end in time")

    def _pass(self, *where: object) -> None:
        """Note a call or a jump; look at the time now and then."""
        self._passed += 1
        if not self._passed % _OFTEN:
            self._judge()

    def _look(self, frame: FrameType, event: str, argument: object) -> Any:
        """Look at the time, at a line of Python.

        Until 3.11, a line that jumps to itself was not told a second time.
        """
        frame.f_trace_opcodes = sys.version_info < (3, 11)
        self._judge()
        return self._look

    def _judge(self) -> None:
        """End what is on, if its time is over."""
        if time.monotonic() > self._until:
            self._until = time.monotonic() + _AGAIN
            self._ring(0, None)


def _monitor(listener: Callable[..., None] | None) -> bool:
    """Let a function hear calls and jumps, or nobody; tell if that can be."""
    if sys.version_info < (3, 12):
        return False
    listening, events = sys.monitoring, sys.monitoring.events
    heard = (events.PY_START, events.JUMP)
    if listening.get_tool(_TOOL) is None:
        listening.use_tool_id(_TOOL, "winnow")
    listening.set_events(_TOOL, sum(heard) if listener else 0)
    for event in heard:
        listening.register_callback(_TOOL, event, listener)
    return True
