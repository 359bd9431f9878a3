"""`winnow check --watch`: checks again whenever a Python file is saved.

The process that watches imports nothing of the learner's, and each check is
another one: so it starts as one that was called anew does, and takes of
earlier ones what that would take.
"""
from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from winnow.system import folders
from winnow.system.processes import CAN_CLONE, uninterrupted
from winnow.system.streams import complain

from .output import Output, standard
from .saves import Saves, saves
from .watched import Check, ClonedCheck, StartedCheck, warm

# How long the files must have stayed as they are, in seconds: an editor may
# write one in several steps.
CALM = 0.05
# A terminal's codes: clear the screen, and go to its upper left corner.
_CLEAR = "\x1b[2J\x1b[H"

_State = dict[str, tuple[int, int, int]]


class Watch:
    """The files of one command, and its checks, one after the other."""

    def __init__(self, paths: Sequence[str], modules: Sequence[str],
                 check: Callable[[], object], typed: Sequence[str],
                 folder: str) -> None:
        """Take what is to be checked, and what checks it.

        Where there are no clones, a check begins with what was `typed` as
        arguments, in a folder.
        """
        self._paths = [Path(path) for path in paths]
        self._modules = [Path(module) for module in modules]
        self._check = check
        self._typed = typed
        self._folder = folder

    def run(self) -> None:
        """Check now, and again after each save, until Ctrl-C ends it.

        It ends, too, once nobody reads what it says.
        """
        out = standard()
        heard: Saves | None = None
        try:
            with uninterrupted():
                heard = saves(self._folders(), self._is_below())
            if CAN_CLONE:
                warm("checking.module_check" if self._modules
                     else "checking.check")
            while self._once(out, heard):
                pass
        except KeyboardInterrupt:
            complain("\nwinnow: stopped; nothing is left running.\n")
        finally:
            if heard:
                heard.close()

    def _once(self, out: Output, heard: Saves) -> bool:
        """Check until the next save; return whether anybody reads it."""
        seen = self._settled()
        clear(out)
        check: Check | None = None
        try:
            with uninterrupted():
                check = self._begun(heard)
            return self._wait_while(seen, check, heard, out)
        finally:
            if check:
                check.end()

    def _settled(self) -> _State:
        """Return the state of the files once they stay as they are."""
        state = self._state()
        while True:
            time.sleep(CALM)
            before, state = state, self._state()
            if before == state:
                return state

    def _wait_while(self, seen: _State, check: Check, heard: Saves,
                    out: Output) -> bool:
        """Wait until the files are not as they were seen.

        Once the check has ended, say so; return whether anybody reads it.
        """
        took = 0.0
        is_told = False
        while True:
            is_time = heard.wait(took)
            if not is_told and check.has_ended():
                is_told = True
                if not out.write(
                        f"\nWatching {self._names()}. Ctrl-C ends it.\n"):
                    return False
            if is_time:
                begun = time.monotonic()
                if self._state() != seen:
                    return True
                took = time.monotonic() - begun

    def _begun(self, heard: Saves) -> Check:
        """Begin a check."""
        if not CAN_CLONE:
            return StartedCheck(self._typed, self._folder)

        def check() -> None:
            """Check, with no file open that a check of its own has not."""
            heard.close()
            self._check()

        return ClonedCheck(check)

    def _folders(self) -> list[Path]:
        """Return the folders in which files are saved."""
        return [*{path if path.is_dir() else path.parent
                  for path in (*self._paths, *self._modules)}]

    def _is_below(self) -> bool:
        """Tell whether files below the folders count, as in a project."""
        from winnow.subjects.suite_files import MARKS
        return bool(self._modules) and not any(
            folders.is_vast(folders.normal(folder), MARKS)
            for folder in self._folders())

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


def clear(out: Output) -> None:
    """Clear the screen, if it is one of a terminal.

    Old consoles of Windows need rich for that; what is cloned, does without.
    """
    if not CAN_CLONE:
        out.clear()
    elif sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        out.write(_CLEAR)
