"""What the command line takes: the commands, and the options of each."""
from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from winnow import __version__
from winnow.course.kept import IN_FOLDER
from winnow.execution.copying import MOST_MB
from winnow.model.exercise import LEVELS
from winnow.suites.discovery import RUNNERS
from winnow.system.processes import (
    CAN_CLONE,
    HAS_PROCESSES,
    MOST_MEMORY,
    MOST_SECONDS,
)

from . import argument_types as types
from .course_arguments import add_course, add_start
from .project_settings import take
from .results_arguments import add_form, add_results

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]

GB = MOST_MEMORY / 2 ** 30
# What stands where neither the command line nor pyproject.toml says more.
_DEFAULTS = {"paths": ["."], "jobs": 0, "timeout": MOST_SECONDS,
             "memory": GB, "copy_limit": MOST_MB, "exclude": [],
             "operator": []}


def parsed(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what was asked for; `command` names which.

    What the command line does not say, the project's settings may. What
    cannot be asked for ends the program, with status 2 and a sentence; wrong
    settings raise `WrongSetting`.
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
    _add_apply(commands)
    add_results(commands)
    add_start(commands)
    add_course(commands)
    for command in commands.choices.values():
        command.add_argument(
            "--debug", action="store_true",
            help="show the whole traceback where Winnow itself has a bug")
    options = parser.parse_args(arguments)
    options.typed = sys.argv[1:] if arguments is None else arguments
    options.root = options.scope = None
    if options.command == "check":
        _check_alone(parser, options)
        _take_scope(options)
        take(options)
        _check_together(parser, options)
        for name, value in _DEFAULTS.items():
            if getattr(options, name) in (None, []):
                setattr(options, name, value)
    elif options.command == "apply":
        if options.undo and (options.fault or options.force):
            parser.error("--undo goes only with --module")
        if not options.undo:
            take(options)
    elif ":" in (
            getattr(options, "fault", None) or ""):
        take(options)
    if getattr(options, "module", None):
        options.module = [_module(each, options.root or Path.cwd())
                          for each in options.module]
    return options


def _take_scope(options: argparse.Namespace) -> None:
    """Limit a check in a folder that Winnow has made to what that is about.

    Nothing of the course is loaded where no folder is one.
    """
    folders = {path if os.path.isdir(path) else os.path.dirname(path)
               for path in options.paths or ["."]}
    if options.task is None and not any(
            os.path.lexists(os.path.join(each, IN_FOLDER))
            for each in folders):
        return
    from .lesson import scope
    options.scope = scope(options)
    if options.scope:
        options.exercise = options.scope.place.exercise


def _module(text: str, here: Path) -> str:
    """Return a path; a package or a module may be named as it is imported."""
    from winnow.subjects.packages import located
    found = located(text, here)
    return text if found == here / text else os.path.relpath(found, here)


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
        "paths", metavar="PATH", nargs="*",
        help="a folder with test files, or the files (default: this folder)")
    check.add_argument(
        "--exercise", metavar="DIR|NAME",
        help="the exercise (default: the one that the tests import)")
    check.add_argument(
        "--task", metavar="N", type=types.count,
        help="only this task of the exercise, in a folder that winnow start "
        "has made")
    check.add_argument(
        "--module", metavar="FILE|PACKAGE", action="append",
        help="make faults for a module of your own, or for all of a package, "
        "in place of an exercise: a file, a folder or a dotted name; may be "
        "given more than once")
    _add_choices(check)
    check.add_argument(
        "--fail-under", metavar="N", type=types.percent,
        help="let the exit status be 0 where at least N per cent of the "
        "faults are caught and every test passes, whatever else is found")
    check.add_argument(
        "--matrix", action="store_true",
        help="show what each test does on each fault, and try every test on "
        "it where one that fails would be enough: with --module, and where "
        "an exercise's tests take long")
    check.add_argument(
        "--no-confirm", dest="confirm", action="store_false",
        help="with --module: do not try what was missed once more, from a "
        "process that starts anew")
    check.add_argument(
        "--no-cache", dest="cache", action="store_false",
        help="with --module: try every fault, whatever is known of it from "
        "an earlier check, and keep no verdict for the next")
    check.add_argument(
        "--level", choices=LEVELS,
        help="only the faults of this level (default: all)")
    check.add_argument(
        "--runner", choices=RUNNERS,
        help="what runs the tests (default: what the files are written for)")
    add_form(check)
    check.add_argument(
        "--rules", action="store_true",
        help="show every place that breaks one of the course's rules on files")
    check.add_argument(
        "--watch", action="store_true",
        help="check again whenever a Python file beside the tests is saved, "
        "until Ctrl-C ends it")
    check.add_argument(
        "--jobs", metavar="N", type=types.jobs,
        help="how many processes at a time (default: one a processor; three "
        "where the exercise's tests wait for servers)")
    check.add_argument(
        "--timeout", metavar="S", type=types.seconds,
        help="seconds that one test may take "
        f"(default: {MOST_SECONDS:g})")
    check.add_argument(
        "--timeout-factor", metavar="N", type=types.factor,
        help="with --module: on a fault, a test may take N times as long as "
        "it does without (default: as --timeout and the suite's time say)")
    check.add_argument(
        "--memory", metavar="GB", type=types.gigabytes,
        help="how much memory a test may take, in GB, where the system can "
        "limit it (default: "
        f"{GB:g}); a file may grow to a third of that")
    check.add_argument(
        "--copy-limit", metavar="MB", type=types.count,
        help="how much of your folder is copied for the tests at most, in MB "
        f"(default: {MOST_MB})")


def _add_choices(check: argparse.ArgumentParser) -> None:
    """Add the options that choose among the faults that are made."""
    some = check.add_argument_group(
        "which faults are tried, with --module", "Several of these go "
        "together: a fault is tried if all of them let it.")
    some.add_argument(
        "--fault", metavar="NAME", action="append",
        help="only this fault, as a report names it; may be given more than "
        "once")
    some.add_argument(
        "--function", metavar="NAME", action="append",
        help="only the faults in this function or class; may be given more "
        "than once")
    some.add_argument(
        "--changed", action="store_true",
        help="only the faults in lines that git would commit or could: "
        "changed since the last commit, or new")
    some.add_argument(
        "--since", metavar="REV",
        help="only the faults in lines changed since a git revision")
    some.add_argument(
        "--exclude", metavar="PATTERN", action="append",
        help="none in files (src/shop/old_*.py), modules (shop.old) or "
        "functions (*.__repr__) like this; may be given more than once")
    some.add_argument(
        "--operator", metavar="NAME", action="append", type=types.operator,
        help="only faults that this operator makes, or with '!NAME' none of "
        "them; may be given more than once")
    some.add_argument(
        "--sample", metavar="N", type=types.count,
        help="N of the faults, drawn at random")
    some.add_argument(
        "--seed", metavar="S", type=types.whole, default=0,
        help="with --sample: the same seed draws the same (default: 0)")


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
        "--module", metavar="FILE|PACKAGE", action="append",
        help="the module or package of your own for which it was made "
        "(default: the modules of pyproject.toml)")


def _add_apply(commands: _Commands) -> None:
    """Add the command that puts a made fault into a file."""
    apply = commands.add_parser(
        "apply", help="put a made fault into your file, to look at it",
        description="Changes the module itself as a fault does, so that you "
        "can run and debug your tests on it. --undo takes the fault out.",
        epilog="Exit status: 0 it is done; 2 it is not, and no file was "
        "changed.")
    apply.add_argument(
        "fault", metavar="FAULT", nargs="?",
        help="the name of the fault, as a report has it")
    apply.add_argument(
        "--module", metavar="FILE|PACKAGE", action="append",
        help="the module or package for which it was made (default: the "
        "modules of pyproject.toml)")
    apply.add_argument(
        "--undo", action="store_true",
        help="take out the fault that was put in")
    apply.add_argument(
        "--force", action="store_true",
        help="also where git could not give the file back as it is")


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
        "--module", metavar="FILE|PACKAGE", action="append",
        help="the module or package for which it was made (default: the "
        "modules of pyproject.toml)")
    accept.add_argument(
        "--why", metavar="TEXT", required=True, type=types.sentence,
        help="why no test has to catch it")


def _check_alone(parser: argparse.ArgumentParser,
                 options: argparse.Namespace) -> None:
    """Refuse options that never go together."""
    if options.changed and options.since:
        parser.error("--changed goes not with --since")
    if options.watch and options.format != "text":
        parser.error("--watch goes only with --format text")
    if options.watch and options.output:
        parser.error("--watch goes not with --output")
    if options.watch and not HAS_PROCESSES:
        parser.error("--watch goes not in a browser's page: here, check again "
                     "after each save")
    if options.watch and not CAN_CLONE:
        from .saves import has_events
        from .typed import python
        if not has_events():
            parser.error("--watch needs watchfiles here, of the extra `watch`:"
                         f" {python('-m', 'pip', 'install', 'watchfiles')}")


def _check_together(parser: argparse.ArgumentParser,
                    options: argparse.Namespace) -> None:
    """Refuse options that say nothing beside --module, or without it."""
    asked = {"--sample": options.sample, "--since": options.since,
             "--changed": options.changed, "--fault": options.fault,
             "--function": options.function, "--exclude": options.exclude,
             "--operator": options.operator,
             "--timeout-factor": options.timeout_factor,
             "--no-cache": not options.cache,
             "--no-confirm": not options.confirm}
    if options.module:
        asked = {"--exercise": options.exercise, "--level": options.level,
                 "--rules": options.rules}
    for name, value in asked.items():
        if value:
            parser.error(f"{name} goes {'not' if options.module else 'only'} "
                         "with --module, or modules in pyproject.toml")
