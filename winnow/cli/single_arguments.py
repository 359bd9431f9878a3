"""What programs ask by exit statuses: `list-tests`, and `check --test`."""
from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from . import shared_arguments as shared

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_list_tests(commands: _Commands) -> None:
    """Add the command by which another system learns what tests there are."""
    some = commands.add_parser(
        "list-tests", help="print the tests of a suite, a line each",
        description="Prints the id of each test that runs, as check --test "
        "takes it.")
    shared.add_tests(some, ["."])
    shared.add_exercise(some)


def check_single(parser: argparse.ArgumentParser,
                 options: argparse.Namespace) -> None:
    """Refuse what says nothing beside --test: it prints no report."""
    if not options.test:
        return
    for name, value in {"--watch": options.watch, "--output": options.output,
                        "--format": options.format != "text"}.items():
        if value:
            parser.error(f"--test prints nothing: {name} goes not with it")
    if len(options.fault or ()) > 1:
        parser.error("--test goes with one --fault at a time: the exit status "
                     "is about that")
