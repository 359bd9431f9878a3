"""What `winnow results` takes on the command line."""
from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from winnow.reports import FORMATS

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_results(commands: _Commands) -> None:
    """Add the command that looks at the last check again."""
    results = commands.add_parser(
        "results", help="look at the last check of modules of your own again",
        description="Writes the report of the last check with --module in "
        "this project once more, in any form, and runs nothing.",
        epilog="Exit status: 0 no findings, or what was kept is deleted; "
        "1 findings, as that check had them; 2 there is no such check.")
    add_form(results)
    results.set_defaults(rules=False)  # Those are of an exercise.
    results.add_argument(
        "--matrix", action="store_true",
        help="show what each test does on each fault, as far as it was tried")
    results.add_argument(
        "--forget", action="store_true",
        help="delete what is kept of this project: the last report, and the "
        "verdicts that the next check would take")


def add_form(command: argparse.ArgumentParser) -> None:
    """Add the options that say how a report is written, and where."""
    command.add_argument(
        "--all", action="store_true",
        help="show every fault that was missed, not three")
    command.add_argument(
        "--format", choices=FORMATS, default="text",
        help="the form of the report (default: text)")
    command.add_argument(
        "-o", "--output", metavar="FILE",
        help="write the report to a file, whole or not at all")
