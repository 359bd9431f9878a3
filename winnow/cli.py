"""The commands of `winnow`, and what they say on bad input."""
from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from . import __version__
from .exercise import LEVELS, BrokenExercise
from .suite import RUNNERS, NothingToCheck

_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
CLEAN, FOUND, CANNOT_RUN, STOPPED = 0, 1, 2, 130
# A day: beyond what a timer can count lies nothing that a test would need.
LONGEST = 86_400.0


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    0: nothing to say; 1: something to mend was found; 2: it could not run,
    and one line on standard error says why.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    _check_together(parser, options)
    for number in _ENDINGS:
        if signal.getsignal(number) != signal.SIG_IGN:  # As nohup has it.
            signal.signal(number, _stop)
    from .reference import CannotRun  # Not paid for by --help.
    try:
        return _check(options)
    except (NothingToCheck, BrokenExercise, CannotRun) as error:
        print(f"winnow: {error}", file=sys.stderr)
    except OSError as error:
        print(f"winnow: {error.strerror or error}"
              f"{f': {error.filename}' if error.filename else ''}",
              file=sys.stderr)
    return CANNOT_RUN


def _check(options: argparse.Namespace) -> int:
    """Check a suite and print the report."""
    from .check import Options, check
    from .progress import Progress
    from .reports import FORMATS
    from .reports.text import Style
    paths = [Path(path) for path in options.paths]
    chosen = Options(options.exercise, options.runner, options.level,
                     options.timeout, options.jobs)
    if options.module:
        from .survey import Choice, survey
        with Progress(sys.stderr) as progress:
            report = survey(
                paths, [Path(path) for path in options.module], chosen,
                Choice(options.matrix, options.sample, options.seed,
                       options.since, options.confirm), progress)
    else:
        report = check(paths, chosen)
    out = sys.stdout or open(os.devnull, "w", encoding="utf-8")
    if isinstance(out, TextIOWrapper):
        out.reconfigure(errors="backslashreplace")
    style = Style(_has_colours(out), options.all, not _can_print("✓→", out),
                  options.rules, options.matrix)
    out.write(FORMATS[options.format](report, style))
    out.flush()
    if report.is_stopped:
        return STOPPED
    return CLEAN if report.is_clean else FOUND


def _stop(number: int, frame: object) -> None:
    """End the check, once: what cleans up is not to be interrupted."""
    for each in _ENDINGS:
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


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="winnow", description="Tells what your tests would miss.")
    parser.add_argument("--version", action="version",
                        version=f"winnow {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    check = commands.add_parser(
        "check", help="run your tests on the right modules, on faulty ones "
        "and on correct refactorings",
        description="Runs your tests on the right modules, on faulty ones "
        "and on correct refactorings, and says what they would miss. Nothing "
        "in your folder is changed.",
        epilog="Exit status: 0 nothing to say; 1 something to mend was "
        "found; 2 it could not run.")
    check.add_argument(
        "paths", metavar="PATH", nargs="*", default=["."],
        help="a folder with test files, or the files (default: this folder)")
    check.add_argument(
        "--exercise", metavar="DIR|NAME",
        help="the exercise (default: the one that the tests import)")
    check.add_argument(
        "--module", metavar="FILE", action="append",
        help="make faults for a module of your own, in place of an exercise; "
        "may be given more than once")
    check.add_argument(
        "--matrix", action="store_true",
        help="show what each test does on each fault; with --module, try "
        "every test on it, not only until one fails")
    check.add_argument(
        "--sample", metavar="N", type=_positive_int,
        help="with --module: try N of the faults, drawn by chance")
    check.add_argument(
        "--seed", metavar="S", type=int, default=0,
        help="with --sample: the same seed draws the same (default: 0)")
    check.add_argument(
        "--since", metavar="REV",
        help="with --module: only the faults in lines changed since a git "
        "revision")
    check.add_argument(
        "--no-confirm", dest="confirm", action="store_false",
        help="with --module: do not try what was missed once more, from a "
        "process that starts anew")
    check.add_argument(
        "--level", choices=LEVELS,
        help="only the faults of this level (default: all)")
    check.add_argument(
        "--runner", choices=RUNNERS,
        help="what runs the tests (default: what the files are written for)")
    check.add_argument(
        "--all", action="store_true",
        help="show every fault that was missed, not three")
    check.add_argument(
        "--rules", action="store_true",
        help="show every place that breaks one of the course's rules on files")
    check.add_argument(
        "--format", choices=("text", "json"), default="text",
        help="how to print the report (default: text)")
    check.add_argument(
        "--jobs", metavar="N", type=_positive_int, default=0,
        help="how many processes at a time (default: one a processor)")
    check.add_argument(
        "--timeout", metavar="S", type=_positive, default=5.0,
        help="seconds that one test may take (default: 5)")
    return parser


def _check_together(parser: argparse.ArgumentParser,
                    options: argparse.Namespace) -> None:
    """Refuse options that say nothing beside the others."""
    asked = {"--sample": options.sample, "--since": options.since,
             "--no-confirm": not options.confirm}
    if options.module:
        asked = {"--exercise": options.exercise, "--level": options.level,
                 "--rules": options.rules}
    for name, value in asked.items():
        if value:
            parser.error(f"{name} goes {'not' if options.module else 'only'} "
                         "with --module")


def _positive_int(text: str) -> int:
    """Return a whole number above 0, as argparse wants its types."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def _positive(text: str) -> float:
    """Return a number of seconds above 0, as argparse wants its types."""
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return min(number, LONGEST)
