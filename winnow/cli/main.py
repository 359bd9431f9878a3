"""The commands of `winnow`."""
from __future__ import annotations

import argparse
from collections.abc import Sequence

from winnow.model.errors import CannotDo
from winnow.system.interrupts import stop_at_signals

from . import check_command, fault_commands
from .arguments import parsed
from .endings import CANNOT_RUN, CLEAN, Command, ended, refuse


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    0: no findings; 1: something to fix was found; 2: it could not run,
    and one line on standard error says why; 3: Winnow itself has a bug.
    """
    try:
        options = parsed(arguments)
    except CannotDo as error:  # What the project's settings say is wrong.
        refuse(error)
        return CANNOT_RUN
    stop_at_signals()
    return ended(options, _COMMANDS[options.command])


def _of_course(options: argparse.Namespace) -> int:
    """Do what a command of the course does, and print what it says."""
    from winnow.reports.terminal import ASCII

    from .course_commands import COMMANDS, DONE_ANYWAY
    from .output import CannotWrite, standard
    out = standard()
    style = out.style("✓·…")
    command = COMMANDS[options.command]
    text = command(options, style)
    try:
        out.show(text.translate(ASCII) if style.ascii else text)
    except CannotWrite as error:
        anyway = DONE_ANYWAY.get(command, "")
        raise CannotDo(f"{error} {anyway}".strip()) from error
    return CLEAN


def _grade(options: argparse.Namespace) -> int:
    """Grade a class; what was judged is kept, however it ends."""
    from .grade import grade_or_bundle
    return grade_or_bundle(options)


def _list_tests(options: argparse.Namespace) -> int:
    """Print the tests of a suite, a line each, for programs to read."""
    from .single_test import print_list
    print_list(options)
    return CLEAN


_COMMANDS: dict[str, Command] = {
    "accept": fault_commands.accept_fault, "apply": fault_commands.apply_fault,
    "check": check_command.check, "explain": fault_commands.explain_fault,
    "grade": _grade, "list-tests": _list_tests,
    "results": fault_commands.show_results,
    **dict.fromkeys(("start", "lessons", "hint", "solution", "reset",
                     "quiz"), _of_course)}
