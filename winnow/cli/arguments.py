"""What the command line asks for: the command, and its options."""
from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from winnow import __version__

from .check_arguments import add_check, complete
from .course_arguments import add_course, add_start
from .fault_arguments import add_accept, add_apply, add_explain, add_results
from .grade_arguments import add_grade, check_grade
from .project_settings import take
from .single_arguments import add_list_tests, check_single


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
    for add in (add_check, add_explain, add_accept, add_apply, add_results,
                add_start, add_course, add_grade, add_list_tests):
        add(commands)
    for command in commands.choices.values():
        command.add_argument(
            "--debug", action="store_true",
            help="show the whole traceback where Winnow itself has a bug")
    options = parser.parse_args(arguments)
    options.typed = sys.argv[1:] if arguments is None else arguments
    options.root = options.scope = None
    if options.command == "check":
        check_single(parser, options)
        complete(parser, options)
    elif options.command == "apply":
        if options.undo and (options.fault or options.force):
            parser.error("--undo goes only with --module")
        if not options.undo:
            take(options)
    elif options.command == "grade":
        check_grade(parser, options)
        return options
    elif ":" in (getattr(options, "fault", None) or ""):
        take(options)
    if getattr(options, "module", None):
        options.module = [_module(each, options.root or Path.cwd())
                          for each in options.module]
    return options


def _module(text: str, here: Path) -> str:
    """Return a path; a package or a module may be named as it is imported."""
    from winnow.subjects.packages import located
    found = located(text, here)
    return text if found == here / text else os.path.relpath(found, here)
