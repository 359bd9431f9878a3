"""The commands of `winnow`, and what they say on bad input."""
from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from .commands import parsed
from .exercise import CannotDo
from .system import INTERRUPTS

if TYPE_CHECKING:
    from .reports.style import Style
    from .verdict import Report

CLEAN, FOUND, CANNOT_RUN, OUR_BUG, STOPPED = 0, 1, 2, 3, 130


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    0: nothing to say; 1: something to mend was found; 2: it could not run,
    and one line on standard error says why; 3: Winnow itself has a bug.
    """
    options = parsed(arguments)
    for number in INTERRUPTS:
        if signal.getsignal(number) != signal.SIG_IGN:  # As nohup has it.
            signal.signal(number, _stop)
    if options.command == "check" and options.watch:
        from .watch import Watch
        Watch(options.paths, options.module or (),
              lambda: _ended(options)).run()
        return CLEAN
    return _ended(options)


def _ended(options: argparse.Namespace) -> int:
    """Run a command; say why, in one line, if it cannot run."""
    try:
        return _COMMANDS[options.command](options)
    except CannotDo as error:
        print(f"winnow: {error}", file=sys.stderr)
    except OSError as error:
        print(f"winnow: {error.strerror or error}"
              f"{f': {error.filename}' if error.filename else ''}",
              file=sys.stderr)
    except Exception as error:
        return _own_bug(error, options.debug)
    return CANNOT_RUN


def _own_bug(error: Exception, debug: bool) -> int:
    """Say that Winnow has failed, not the person's tests, and where."""
    import traceback
    if debug:
        traceback.print_exception(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = " ".join(f"{type(error).__name__}: {error}".split())
    print(f"winnow: This is a bug in Winnow, not in your tests: {what[:300]} "
          f"({Path(last.filename).name}, line {last.lineno}). Please report "
          "it where you got Winnow, with what the same command prints with "
          "--debug.", file=sys.stderr)
    return OUR_BUG


def _check(options: argparse.Namespace) -> int:
    """Check a suite and write the report."""
    from .output import opened
    from .reports import render
    from .reports.style import Style
    with opened(options.output) as out:
        style = Style(_has_colours(out), options.all,
                      not _can_print("✓→", out), options.rules, options.matrix)
        if options.watch:
            return _watched(options, out, style)
        report = _report(options)
        out.write(render(report, options.format, style))
    if report.is_stopped:
        return STOPPED
    return CLEAN if report.is_clean else FOUND


def _watched(options: argparse.Namespace, out: TextIO, style: Style) -> int:
    """Check a suite that is watched: what is known first is said first."""
    from .watch import clearing

    def say(report: Report) -> None:
        """Write what is known before any fault is tried."""
        from .reports.text import first_words
        out.write(first_words(report, style) + "\n")
        out.flush()

    report = _report(options, say)
    if report.is_stopped:  # By a save: the next check says more.
        return STOPPED
    from .reports import render
    out.write(clearing() + render(report, options.format, style))
    return CLEAN if report.is_clean else FOUND


def _report(options: argparse.Namespace,
            first: Callable[[Report], None] = lambda report: None) -> Report:
    """Return what the check finds; `first` hears what is known first."""
    from .check import check
    from .exam import Options
    paths = [Path(path) for path in options.paths]
    chosen = Options(options.exercise, options.runner, options.level,
                     options.timeout, options.jobs, matrix=options.matrix,
                     memory=options.memory)
    if not options.module:
        return check(paths, chosen, first)
    from .progress import Progress
    from .survey import Choice, survey
    with Progress(sys.stderr) as progress:
        return survey(
            paths, [Path(path) for path in options.module], chosen,
            Choice(options.sample, options.seed, options.since,
                   options.confirm), progress, first)


def _explain(options: argparse.Namespace) -> int:
    """Print all that there is to say of one fault."""
    from .explain import explain
    from .output import opened
    from .reports.style import Style
    with opened(None) as out:
        style = Style(_has_colours(out), ascii=not _can_print("·…", out))
        text, is_sound = explain(
            options.fault, options.exercise,
            Path(options.module) if options.module else None, style)
        out.write(text)
    return CLEAN if is_sound else FOUND


def _start(options: argparse.Namespace) -> int:
    """Make a folder to begin in, and print what to do next."""
    from .output import opened
    from .start import start
    folder = Path(options.folder) if options.folder else None
    with opened(None) as out:
        out.write(start(folder, options.exercise))
    return CLEAN


def _stop(number: int, frame: object) -> None:
    """End the check, once: what cleans up is not to be interrupted."""
    for each in INTERRUPTS:
        # Not SIG_IGN: Python complains of one that has come already.
        signal.signal(each, _heed_no_more)
    raise KeyboardInterrupt


def _heed_no_more(number: int, frame: object) -> None:
    """Let a second signal pass while the first is answered."""


def _has_colours(stream: TextIO) -> bool:
    """Tell whether a stream is a terminal that may show colours."""
    return (stream.isatty() and not os.environ.get("NO_COLOR")
            and os.environ.get("TERM") != "dumb")


def _can_print(text: str, stream: TextIO) -> bool:
    """Tell whether a stream's encoding has these characters."""
    try:
        text.encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "check": _check, "explain": _explain, "start": _start}
