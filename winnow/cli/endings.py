"""How a command ends: its exit status, and what it says on bad input."""
from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from winnow.model.errors import CannotDo
from winnow.system.interrupts import is_stopping
from winnow.system.streams import can_print, complain

Command = Callable[[argparse.Namespace], int]

CLEAN, FOUND, CANNOT_RUN, OUR_BUG, STOPPED = 0, 1, 2, 3, 130


def ended(options: argparse.Namespace, command: Command) -> int:
    """Run a command; say why, in a line for each file, if it cannot run."""
    try:
        return command(options)
    except CannotDo as error:
        refuse(error)
    except OSError as error:
        complain(f"winnow: {error.strerror or error}"
                 f"{f': {error.filename}' if error.filename else ''}\n")
    except Exception as error:
        if is_stopping():  # C code has put its own error in its place.
            raise KeyboardInterrupt from error
        return _own_bug(error, options.debug)
    return CANNOT_RUN


def refuse(error: CannotDo) -> None:
    """Say on standard error why a command cannot run."""
    complain(_said(error, sys.stderr) + "\n")


def _said(error: CannotDo, stream: TextIO) -> str:
    """Return why a command cannot run: a line for each file, or one.

    What helps stands below its file, and is wrapped as a report is.
    """
    from winnow.reports.terminal import ASCII, Style, tamed
    style = Style()
    lines = []
    for line in str(error).splitlines():
        start, arrow, helps = line.partition("    → ")
        lines.append(style.wrapped(arrow, helps, 6) if arrow and not start
                     else f"winnow: {line}" if not line.startswith(" ")
                     else line)
    text = tamed("\n".join(lines))
    return text if can_print("→", stream) else text.translate(ASCII)


def _own_bug(error: Exception, debug: bool) -> int:
    """Say that Winnow has failed, not the person's tests, and where."""
    import traceback
    if debug:
        traceback.print_exception(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = " ".join(f"{type(error).__name__}: {error}".split())
    complain("winnow: This is a bug in Winnow, not in your tests: "
             f"{what[:300]} ({Path(last.filename).name}, line {last.lineno}). "
             "Please report it where you got Winnow, with what the same "
             "command prints with --debug.\n")
    return OUR_BUG
