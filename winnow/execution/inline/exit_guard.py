"""Stops a test from ending the one process there is.

Where a test's process is thrown away, it may end it, and that is told. In the
one process that there is, it is stopped at the door, and the same is told.
"""
from __future__ import annotations

import os
import signal
from collections.abc import Callable

# By names of their own: a test may have patched them in their modules.
from os import _exit, getpid
from signal import SIG_DFL, Signals, default_int_handler, getsignal
from signal import signal as set_signal
from typing import Any, NoReturn

from winnow.system.processes import INTERRUPTS

from ..runtime import signals
from ..runtime.audit import listen

# What these do to a process, if nobody listens: nothing.
_HARMLESS = {getattr(signal, name, None) for name in (
    "SIGCHLD", "SIGCONT", "SIGURG", "SIGWINCH")}


class Ended(KeyboardInterrupt):
    """Raised in a test that would end its process, or takes too long.

    Runners take it for Ctrl-C, and run no other test.
    """


class ExitGuard:
    """This process, while the tests of one run may not end it.

    `why` says how a test would have ended it, and `has_come` whether another
    process, or a person, asks this one to end: in the last run so watched.
    """

    def __init__(self) -> None:
        """Be there for each clone that is made: Python never forgets it."""
        self._pid = getpid()
        self._is_watched = False
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(before=self._hold_back,
                                after_in_parent=self._let_come,
                                after_in_child=self._be_a_copy)

    def __enter__(self) -> ExitGuard:
        """Watch the doors; what signals do seems that of a new process."""
        self.why = ""
        self.has_come = False
        self._before = {number: getsignal(number) for number in INTERRUPTS}
        self._real: dict[tuple[Any, str], Callable[..., Any]] = {
            (os, "_exit"): _exit, (os, "abort"): os.abort,
            (signal, "raise_signal"): signal.raise_signal,
            (signal, "getsignal"): getsignal}
        for number in INTERRUPTS:
            signal.signal(number, self._interrupt)
        for module, name in self._real:
            setattr(module, name, getattr(self, f"_{name.strip('_')}"))
        listen(self._hear)
        self._is_watched = True
        return self

    def __exit__(self, *_: object) -> None:
        """Open the doors again, as they were."""
        self._is_watched = False
        for (module, name), real in self._real.items():
            setattr(module, name, real)
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def end_copies(self) -> None:
        """End this process if it is one that a test has cloned."""
        if getpid() != self._pid:
            _exit(0)

    def _interrupt(self, number: int, frame: object) -> None:
        """End the test that is on, and then the check."""
        self.has_come = True
        raise KeyboardInterrupt

    def _hold_back(self) -> None:
        """Before a test clones this process, let no signal come.

        Python forgets in a clone what has come and is not yet told.
        """
        if self._is_watched:
            self._held_back = signals.held_back()
            signals.hold_back({*self._held_back, *INTERRUPTS})

    def _let_come(self) -> None:
        """Let signals come to this process again."""
        if self._is_watched:
            signals.hold_back(self._held_back)

    def _be_a_copy(self) -> None:
        """In a clone, let signals do what they do to any process."""
        if self._is_watched:
            for number in INTERRUPTS:
                if getsignal(number) == self._interrupt:
                    set_signal(number, default_int_handler
                               if number == signal.SIGINT else SIG_DFL)
            signals.hold_back(self._held_back)

    def _end(self, why: str, really: Callable[[], object]) -> NoReturn:
        """Raise in place of the end; a process that a test cloned ends."""
        if getpid() != self._pid:
            really()
        self.why = f"the process was ended {why}"
        raise Ended(self.why)

    def _exit(self, status: int) -> NoReturn:
        """Stand in for `os._exit`."""
        self._end(f"with exit status {status}", lambda: _exit(status))

    def _abort(self) -> NoReturn:
        """Stand in for `os.abort`."""
        self._end("by SIGABRT", self._real[os, "abort"])

    def _raise_signal(self, number: int) -> None:
        """Stand in for `signal.raise_signal`, which nobody hears."""
        self._judge(number)
        self._real[signal, "raise_signal"](number)

    def _getsignal(self, number: int) -> Any:
        """Stand in for `signal.getsignal`: nobody has changed them yet."""
        handler = getsignal(number)
        if handler != self._interrupt:
            return handler
        return default_int_handler if number == signal.SIGINT else SIG_DFL

    def _hear(self, event: str, args: tuple[Any, ...]) -> None:
        """Judge a signal to this process, and what would replace it."""
        if getpid() != self._pid:
            return
        if (event in ("os.kill", "os.killpg") and args[1]
                and args[0] in (0, self._pid)):
            self._judge(args[1])
        elif event == "os.exec":
            self._end("for another program", lambda: None)

    def _judge(self, number: int) -> None:
        """Raise in place of a signal that would end this process."""
        handler = self._getsignal(number)
        if handler is default_int_handler:
            raise KeyboardInterrupt
        if handler == SIG_DFL and number not in _HARMLESS:
            self._end(f"by {Signals(number).name}", lambda: None)
