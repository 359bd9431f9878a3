"""One check of `--watch`: a clone of the process that watches, or a new one.

A clone has imported already what every check begins with. Where there is none,
as on Windows, each check is a process that starts anew. Signals are held back
while one begins: whoever begins it can then end it.
"""
from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Protocol

from winnow import ABOVE, PACKAGE
from winnow.system.processes import heed_signals

# As the script `winnow` starts, and not `python -m`: a module of the learner's
# must not be taken for one of Python's.
_START = f"""
import os, sys
sys.path[0] = sys.path[0] or os.path.dirname(sys.executable)
sys.path.append({ABOVE!r})
from winnow.cli.check_command import check_watched
check_watched(sys.argv[1:])
"""


class Check(Protocol):
    """A check that goes on in another process."""

    def has_ended(self) -> bool:
        """Tell whether it has, and forget it then."""

    def end(self) -> None:
        """End it, if it goes on; it clears up what it has made."""


class ClonedCheck:
    """A check in a clone of this process."""

    def __init__(self, check: Callable[[], object]) -> None:
        """Begin it by cloning this process."""
        self._pid = os.fork()
        if not self._pid:
            _live(check)

    def has_ended(self) -> bool:
        """Tell whether it has ended."""
        if self._pid and os.waitpid(self._pid, os.WNOHANG)[0]:
            self._pid = 0
        return not self._pid

    def end(self) -> None:
        """End it by a signal that it can answer."""
        if self._pid:
            os.kill(self._pid, signal.SIGTERM)
            os.waitpid(self._pid, 0)
            self._pid = 0


class StartedCheck:
    """A check in a process that starts anew."""

    def __init__(self, arguments: Sequence[str], folder: str) -> None:
        """Begin it, with the arguments that were typed in a folder.

        On Windows a group of processes is what Ctrl-Break can be sent to,
        which is the one signal that a process can answer there.
        """
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *arguments], cwd=folder,
            stdin=subprocess.DEVNULL, creationflags=getattr(
                subprocess, "CREATE_NEW_PROCESS_GROUP", 0))

    def has_ended(self) -> bool:
        """Tell whether it has ended."""
        return self._process.poll() is not None

    def end(self) -> None:
        """End it by a signal that it can answer."""
        if not self.has_ended():
            self._process.send_signal(
                getattr(signal, "CTRL_BREAK_EVENT", signal.SIGTERM))
            self._process.wait()


def warm(room: str) -> None:
    """Import what a check of its own imports before it runs any test."""
    for name in (room, "cli.output", "reports", "reports.terminal"):
        import_module(f"{PACKAGE}.{name}")
    from winnow.checking.session import ALWAYS
    from winnow.execution.runtime.imports import load_ahead
    load_ahead(ALWAYS)


def _live(check: Callable[[], object]) -> None:
    """Run one check in this new process, and end with it."""
    try:
        heed_signals()
        check()
    except KeyboardInterrupt:
        pass  # Another save.
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(0)
