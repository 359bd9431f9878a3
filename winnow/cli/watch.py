"""`winnow check --watch`: checks again whenever a Python file is saved.

The process that watches has imported what every check begins with, and
nothing of the learner's; each check is a clone of it. So a check starts as one
that was called anew does, without the wait, and takes of earlier ones what
that would take.
"""
from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path

from winnow import PACKAGE
from winnow.system.processes import heed_signals, uninterrupted
from winnow.system.streams import complain

from .output import Output, standard

# How often the files are looked at, in seconds, and how long they must have
# stayed as they are: an editor may write one in several steps.
STEP = 0.1
CALM = 0.05
# To look takes at most one part in so many of the time, however many files.
_SHARE = 20
# A terminal's codes: clear the screen, and go to its upper left corner.
_CLEAR = "\x1b[2J\x1b[H"

_State = dict[str, tuple[int, int, int]]


class Watch:
    """The files of one command, and the check that is on, if one is."""

    def __init__(self, paths: Sequence[str], modules: Sequence[str],
                 check: Callable[[], object]) -> None:
        """Take what is to be checked, and what checks it."""
        self._paths = [Path(path) for path in paths]
        self._modules = [Path(module) for module in modules]
        self._check = check
        self._pid = 0

    def run(self) -> None:
        """Check now, and again after each save, until Ctrl-C ends it.

        It ends, too, once nobody reads what it says.
        """
        out = standard()
        _warm("checking.module_check" if self._modules
              else "checking.check")
        try:
            is_read = True
            while is_read:
                seen = self._settled()
                out.write(clearing())
                self._begin()
                is_read = self._wait_while(seen, out)
                self._end()
        except KeyboardInterrupt:
            complain("\nwinnow: stopped; nothing is left running.\n")
        finally:
            self._end()

    def _settled(self) -> _State:
        """Return the state of the files once they stay as they are."""
        state = self._state()
        while True:
            time.sleep(CALM)
            before, state = state, self._state()
            if before == state:
                return state

    def _wait_while(self, seen: _State, out: Output) -> bool:
        """Wait until the files are not as they were seen.

        Once the check has ended, say so; return whether anybody reads it.
        """
        took = 0.0
        is_told = False
        while True:
            time.sleep(max(STEP, _SHARE * took))
            if not is_told and os.waitpid(self._pid, os.WNOHANG)[0]:
                self._pid = 0
                is_told = True
                if not out.write(
                        f"\nWatching {self._names()}. Ctrl-C ends it.\n"):
                    return False
            begun = time.monotonic()
            if self._state() != seen:
                return True
            took = time.monotonic() - begun

    def _begin(self) -> None:
        """Start a check in a clone of this process."""
        with uninterrupted():
            self._pid = os.fork()
            if not self._pid:
                _live(self._check)

    def _end(self) -> None:
        """End the check that is on; it clears up what it has made."""
        if self._pid:
            os.kill(self._pid, signal.SIGTERM)
            os.waitpid(self._pid, 0)
            self._pid = 0

    def _names(self) -> str:
        """Return what is watched, as a person would name it."""
        return " and ".join(path.resolve().name if path == Path() else
                            str(path) for path in self._paths + self._modules)

    def _state(self) -> _State:
        """Return the Python files there are, each with what a save changes."""
        state = {}
        for path in self._files():
            try:
                status = path.stat()
            except OSError:
                continue  # It was deleted: that is seen.
            state[str(path)] = (
                status.st_mtime_ns, status.st_size, status.st_ino)
        return state

    def _files(self) -> Iterator[Path]:
        """Yield the Python files beside the tests; of a project, below too.

        And the modules, or those of a package.
        """
        if self._modules:
            from winnow.subjects.suite_files import below
            for path in {*self._paths, *self._modules}:
                if path.is_dir():
                    yield from below(path)
                elif path in self._modules:
                    yield path
        for path in self._paths:
            if not (self._modules and path.is_dir()):
                yield from (path if path.is_dir() else path.parent).glob(
                    "*.py")


def clearing() -> str:
    """Return what clears the screen of a terminal; elsewhere, nothing."""
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        return _CLEAR
    return ""


def _warm(room: str) -> None:
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
