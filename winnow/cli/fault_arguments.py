"""What the commands on single faults take, and `winnow results`."""
from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from . import argument_types as types
from . import shared_arguments as shared

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_explain(commands: _Commands) -> None:
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
    shared.add_exercise(of, "all that come along")
    shared.add_module(of)


def add_apply(commands: _Commands) -> None:
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
    shared.add_module(apply)
    apply.add_argument(
        "--undo", action="store_true",
        help="take out the fault that was put in")
    apply.add_argument(
        "--force", action="store_true",
        help="also where git could not give the file back as it is")


def add_accept(commands: _Commands) -> None:
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
    shared.add_module(accept)
    accept.add_argument(
        "--why", metavar="TEXT", required=True, type=types.sentence,
        help="why no test has to catch it")


def add_results(commands: _Commands) -> None:
    """Add the command that looks at the last check again."""
    results = commands.add_parser(
        "results", help="look at the last check of modules of your own again",
        description="Writes the report of the last check with --module in "
        "this project once more, in any form, and runs nothing.",
        epilog="Exit status: 0 no findings, or what was kept is deleted; "
        "1 findings, as that check had them; 2 there is no such check.")
    shared.add_form(results)
    results.set_defaults(rules=False)  # Those are of an exercise.
    results.add_argument(
        "--matrix", action="store_true",
        help="show what each test does on each fault, as far as it was tried")
    results.add_argument(
        "--forget", action="store_true",
        help="delete what is kept of this project: the last report, and the "
        "verdicts that the next check would take")
