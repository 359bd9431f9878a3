"""What the command line takes: the commands, and the options of each."""
from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from winnow import __version__
from winnow.execution.copying import MOST_MB
from winnow.model.exercise import LEVELS
from winnow.reports import FORMATS
from winnow.suites.discovery import RUNNERS
from winnow.system.processes import CAN_CLONE, MOST_MEMORY, MOST_SECONDS

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]

# A day: beyond what a timer can count lies nothing that a test would need.
LONGEST = 86_400.0
# In GB: beyond it, no machine has that much.
LARGEST = 2.0 ** 20
GB = MOST_MEMORY / 2 ** 30
# Each process needs a copy of the tests' folder.
MOST_JOBS = 256


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what was asked for; `command` names which.

    What cannot be asked for ends the program, with status 2 and a sentence.
    """
    parser = argparse.ArgumentParser(
        prog="winnow", description="Tells what your tests would miss.")
    parser.add_argument("--version", action="version",
                        version=f"winnow {__version__}")
    commands = parser.add_subparsers(
        metavar="COMMAND", required=True, dest="command")
    _add_check(commands)
    _add_explain(commands)
    _add_accept(commands)
    _add_start(commands)
    for command in commands.choices.values():
        command.add_argument(
            "--debug", action="store_true",
            help="show the whole traceback where Winnow itself has a bug")
    options = parser.parse_args(arguments)
    if options.command == "check":
        _check_together(parser, options)
    return options


def _add_check(commands: _Commands) -> None:
    """Add the command that checks a suite."""
    check = commands.add_parser(
        "check", help="run your tests on the right modules, on faulty ones "
        "and on correct refactorings",
        description="Runs your tests on the right modules, on faulty ones "
        "and on correct refactorings, and says what they would miss. Nothing "
        "in your folder is changed.",
        epilog="Exit status: 0 no findings; 1 findings: something to fix was "
        "found; 2 it could not run; 3 Winnow itself has a bug. With --watch, "
        "0 once Ctrl-C ends it.")
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
        help="show what each test does on each fault, and try every test on "
        "it where one that fails would be enough: with --module, and where "
        "an exercise's tests take long")
    check.add_argument(
        "--sample", metavar="N", type=_count,
        help="with --module: try N of the faults, drawn at random")
    check.add_argument(
        "--seed", metavar="S", type=_whole, default=0,
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
        "--format", choices=FORMATS, default="text",
        help="the form of the report (default: text)")
    check.add_argument(
        "-o", "--output", metavar="FILE",
        help="write the report to a file, whole or not at all")
    check.add_argument(
        "--watch", action="store_true",
        help="check again whenever a Python file beside the tests is saved, "
        "until Ctrl-C ends it")
    check.add_argument(
        "--jobs", metavar="N", type=_jobs, default=0,
        help="how many processes at a time (default: one a processor; three "
        "where the exercise's tests wait for servers)")
    check.add_argument(
        "--timeout", metavar="S", type=_seconds, default=MOST_SECONDS,
        help="seconds that one test may take "
        f"(default: {MOST_SECONDS:g})")
    check.add_argument(
        "--memory", metavar="GB", type=_gigabytes, default=GB,
        help="how much memory a test may take, in GB, where the system can "
        "limit it (default: "
        f"{GB:g}); a file may grow to a third of that")
    check.add_argument(
        "--copy-limit", metavar="MB", type=_count, default=MOST_MB,
        help="how much of your folder is copied for the tests at most, in MB "
        f"(default: {MOST_MB})")


def _add_explain(commands: _Commands) -> None:
    """Add the command that tells all of one fault."""
    explain = commands.add_parser(
        "explain", help="show what a fault changes, and what comes of it",
        description="Shows what a fault changes, what comes of that, and how "
        "to catch it. Without a name it lists them all.",
        epilog="Exit status: 0 all is said; 1 the fault's own witness shows "
        "no difference; 2 there is nothing to explain.")
    explain.add_argument(
        "fault", metavar="FAULT", nargs="?",
        help="the name of a fault or of a refactoring (default: list all)")
    of = explain.add_mutually_exclusive_group()
    of.add_argument(
        "--exercise", metavar="DIR|NAME",
        help="the exercise that has it (default: all that come along)")
    of.add_argument(
        "--module", metavar="FILE",
        help="the module of your own for which it was made")


def _add_accept(commands: _Commands) -> None:
    """Add the command that accepts a fault that was missed."""
    accept = commands.add_parser(
        "accept", help="leave a fault of a module of your own out, and say "
        "why",
        description="Leaves a fault that was made for a module of your own "
        "out of every later report. The reason is written to "
        "winnow-accepted.toml where your project begins. An entry says what "
        "the fault changes, not in which line: it holds when lines move.",
        epilog="Exit status: 0 it is accepted; 2 it could not be, and nothing "
        "was written.")
    accept.add_argument(
        "fault", metavar="FAULT", help="the fault's name, as a report has it")
    accept.add_argument(
        "--module", metavar="FILE", required=True,
        help="the module of your own for which it was made")
    accept.add_argument(
        "--why", metavar="TEXT", required=True, type=_sentence,
        help="why no test has to catch it")


def _add_start(commands: _Commands) -> None:
    """Add the command that makes a folder to begin in."""
    start = commands.add_parser(
        "start", help="make a folder to begin in: modules, tasks, tests",
        description="Makes a folder to begin in, with the exercise's modules, "
        "its tasks, and files for your tests. Nothing is overwritten.",
        epilog="Exit status: 0 it is made; 2 it could not be, and nothing "
        "was left behind, or what to do next could not be printed.")
    start.add_argument(
        "folder", metavar="DIR", nargs="?",
        help="the folder (default: one with the name of the exercise)")
    start.add_argument(
        "--exercise", metavar="DIR|NAME",
        help="the exercise (default: the first that comes along)")


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
    if options.watch and options.format != "text":
        parser.error("--watch goes only with --format text")
    if options.watch and options.output:
        parser.error("--watch goes not with --output")
    if options.watch and not CAN_CLONE:
        parser.error("--watch works only where a process can be cloned: here, "
                     "check again after each save")


def _sentence(text: str) -> str:
    """Return a text that says something."""
    if not text.strip():
        raise argparse.ArgumentTypeError(
            "it is empty: say why no test has to catch the fault")
    return " ".join(text.split())


def _whole(text: str) -> int:
    """Return a whole number; any other text is refused with a sentence."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text} is not a whole number") from None


def _count(text: str) -> int:
    """Return a whole number above 0."""
    number = _whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number


def _jobs(text: str) -> int:
    """Return a number of processes; of more, no machine has any use."""
    return min(_count(text), MOST_JOBS)


def _seconds(text: str) -> float:
    """Return a number of seconds above 0."""
    return min(_above_0(text, "seconds"), LONGEST)


def _gigabytes(text: str) -> float:
    """Return a number of gigabytes above 0."""
    return min(_above_0(text, "GB"), LARGEST)


def _above_0(text: str, unit: str) -> float:
    """Return a number of something above 0."""
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text} is not a number of {unit}") from None
    if not number > 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return number
