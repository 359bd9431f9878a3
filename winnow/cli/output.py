"""Where a report goes: standard output, or a file that it replaces whole.

What is written is handed to the system at once. Python would do so for
standard output only at its very end, where a full disk costs the exit status
and two lines about an exception that was ignored.
"""
from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from winnow.model.errors import CannotDo
from winnow.reports.terminal import Style
from winnow.system.streams import can_print, complain, forget

if TYPE_CHECKING:
    from .screen import Screen

_STANDARD = "Standard output"


class CannotWrite(CannotDo):
    """Why nothing more can be written, in one sentence."""

    def __init__(self, name: str, reason: str) -> None:
        """Name what should have been written, and why it cannot be."""
        super().__init__(f"{name} cannot be written: {reason}.")


class Output:
    """A stream for a report, and what a person calls it."""

    def __init__(self, stream: TextIO, name: str) -> None:
        """Take the stream that writes to what has this name."""
        self.stream = stream
        self._name = name

    @cached_property
    def _screen(self) -> Screen | None:
        """The terminal to which this leads; `None` where there is none.

        FORCE_COLOR makes standard output one: see https://force-color.org.
        """
        if not self.stream.isatty() and not (
                self.stream is sys.stdout and os.environ.get("FORCE_COLOR")):
            return None
        from .screen import Screen
        return Screen(self.stream)

    def style(self, signs: str, everything: bool = False, rules: bool = False,
              matrix: bool = False) -> Style:
        """Return how to print here, in ASCII if it does not have the signs.

        Call it after a check, which should run without rich.
        """
        style = Style(everything=everything, rules=rules, matrix=matrix,
                      ascii=not can_print(signs, self.stream))
        if screen := self._screen:
            style = replace(style, colour=screen.colour, width=screen.width,
                            fill=screen.fill)
        return style

    def clear(self) -> None:
        """Clear the screen, if this leads to a terminal."""
        if self._screen:
            self._screen.clear()

    def show(self, text: str) -> bool:
        """Print a text that has the style of this stream, as `write` does."""
        return self._written(
            self._screen.print if self._screen else self.stream.write, text)

    def write(self, text: str) -> bool:
        """Write a text to its end; tell whether anybody reads it.

        Who has closed a pipe wants no more of it, and no complaint. Raises
        `CannotWrite` where it is for another reason that it cannot be done.
        """
        return self._written(self.stream.write, text)

    def _written(self, write: Callable[[str], object], text: str) -> bool:
        """Write a text in some way."""
        try:
            write(text)
            self.stream.flush()
        except BrokenPipeError:
            forget(self.stream)
            return False
        except OSError as error:
            forget(self.stream)
            raise CannotWrite(self._name, _reason(error)) from error
        return True


@contextmanager
def opened(path: str | None) -> Iterator[Output]:
    """Give what a report is written to; a file is in its place at the end.

    It is opened first, so that what cannot be written is said before the
    check and not after. Raises `CannotWrite`, which names the path as given.
    """
    if path is None:
        yield standard()
        return
    with _replacing(path) as file:
        yield Output(file, path)


def standard() -> Output:
    """Return standard output, or say that it is closed."""
    if sys.stdout is None:
        raise CannotWrite(_STANDARD, "it is closed")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    return Output(sys.stdout, _STANDARD)


def finished(status: int) -> int:
    """Hand over what both streams still hold; return the exit status.

    It is 2, and a sentence says why, if that cannot be done.
    """
    complain("")
    try:
        if sys.stdout is not None:
            Output(sys.stdout, _STANDARD).write("")
    except CannotWrite as error:
        complain(f"winnow: {error}\n")
        return 2
    return status


def _reason(error: OSError) -> str:
    """Return why the system refused, without the number."""
    return error.strerror or str(error)


@contextmanager
def _replacing(path: str) -> Iterator[TextIO]:
    """Give a file beside a path; it takes its place once all is written.

    What is no file of its own, such as /dev/stdout, is written to as it is.
    """
    given, place = Path(path), Path(os.path.realpath(path))
    if given.is_dir():
        raise CannotWrite(path, os.strerror(errno.EISDIR))
    is_new = not given.exists() or given.is_file()
    beside = _beside(place)
    target = beside if is_new else given
    try:
        file = open(target, "w", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise CannotWrite(path, _reason(error)) from error
    try:
        with file:
            yield file
        if is_new:
            _put(beside, place, path)
    finally:
        if is_new:
            beside.unlink(missing_ok=True)


def written(path: str) -> tuple[Path, ...]:
    """Return the files that a report for a path is written to, in turn."""
    place = Path(os.path.realpath(path))
    return _beside(place), place


def _beside(place: Path) -> Path:
    """Return the file in which a report waits until it is whole."""
    return place.with_name(f".{place.name}.{os.getpid()}")


def _put(beside: Path, place: Path, path: str) -> None:
    """Let a file take another's place, which a person calls `path`."""
    try:
        os.replace(beside, place)
    except OSError as error:
        raise CannotWrite(path, _reason(error)) from error
