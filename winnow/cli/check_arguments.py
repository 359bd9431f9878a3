"""What `winnow check` takes on the command line, and what goes together."""
from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from winnow.course.kept import IN_FOLDER
from winnow.execution.copying import MOST_MB
from winnow.suites.discovery import RUNNERS
from winnow.system.processes import CAN_CLONE, HAS_PROCESSES, MOST_SECONDS

from . import argument_types as types
from . import shared_arguments as shared
from .project_settings import take

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]

# What holds where neither the command line nor pyproject.toml says more.
_DEFAULTS = {"paths": ["."], "jobs": 0, "timeout": MOST_SECONDS,
             "memory": shared.GB, "copy_limit": MOST_MB, "exclude": [],
             "operator": []}


def add_check(commands: _Commands) -> None:
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
    shared.add_tests(check)
    shared.add_exercise(check)
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
    shared.add_level(check)
    check.add_argument(
        "--runner", choices=RUNNERS,
        help="what runs the tests (default: what the files are written for)")
    shared.add_form(check)
    check.add_argument(
        "--rules", action="store_true",
        help="show every place that breaks one of the course's rules on files")
    check.add_argument(
        "--watch", action="store_true",
        help="check again whenever a Python file beside the tests is saved, "
        "until Ctrl-C ends it")
    shared.add_jobs(check, "processes", "one a processor; three where the "
                    "exercise's tests wait for servers")
    shared.add_limits(check)
    check.add_argument(
        "--timeout-factor", metavar="N", type=types.factor,
        help="with --module: on a fault, a test may take N times as long as "
        "it does without (default: as --timeout and the suite's time say)")
    check.add_argument(
        "--test", metavar="ID", action="append",
        help="print nothing, and let the exit status say whether this test "
        "passes on the right modules; with --fault, 1 if it catches the "
        "fault; may be given more than once")
    check.add_argument(
        "--sandbox", metavar="KIND",
        help="contain the tests: bubblewrap, landlock, limits, or best for "
        "the first of these that works (default: none)")
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


def complete(parser: argparse.ArgumentParser, options: argparse.Namespace
             ) -> None:
    """Take what the folder and the settings say, and refuse what clashes."""
    _check_alone(parser, options)
    _take_scope(options)
    take(options)
    _check_together(parser, options)
    for name, value in _DEFAULTS.items():
        if getattr(options, name) in (None, []):
            setattr(options, name, value)


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


def _check_alone(parser: argparse.ArgumentParser,
                 options: argparse.Namespace) -> None:
    """Refuse options that never go together."""
    if options.changed and options.since:
        parser.error("--changed goes not with --since")
    if options.watch and options.format != "text":
        parser.error("--watch goes only with --format text")
    if options.watch and options.output:
        parser.error("--watch goes not with --output")
    if options.watch and options.sandbox:
        parser.error("--watch goes not with --sandbox")
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
             "--changed": options.changed,
             "--fault": options.fault and not options.test,
             "--function": options.function, "--exclude": options.exclude,
             "--operator": options.operator,
             "--timeout-factor": options.timeout_factor,
             "--no-cache": not options.cache,
             "--no-confirm": not options.confirm}
    if options.module:
        asked = {"--exercise": options.exercise, "--level": options.level,
                 "--rules": options.rules, "--test": options.test}
    for name, value in asked.items():
        if value:
            parser.error(f"{name} goes {'not' if options.module else 'only'} "
                         "with --module, or modules in pyproject.toml")
