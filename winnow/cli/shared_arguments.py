"""Options that several commands have: the same name, the same meaning."""
from __future__ import annotations

import argparse

from winnow.model.exercise import LEVELS
from winnow.reports import FORMATS
from winnow.system.processes import MOST_MEMORY, MOST_SECONDS

from . import argument_types as types

GB = MOST_MEMORY / 2 ** 30
# Where a command takes what neither its line nor pyproject.toml says.
DEFAULT_EXERCISE = "the one that the tests import"
DEFAULT_MODULES = "the modules of pyproject.toml"
_Group = argparse._ActionsContainer  # A parser, or a group of its options.


def add_tests(command: _Group, default: list[str] | None = None) -> None:
    """Add the folder or the files with tests."""
    command.add_argument(
        "paths", metavar="PATH", nargs="*", default=default,
        help="a folder with test files, or the files (default: this folder)")


def add_exercise(command: _Group, default: str = DEFAULT_EXERCISE) -> None:
    """Add the option that names an exercise."""
    command.add_argument(
        "--exercise", metavar="DIR|NAME", help=f"the exercise (default: "
        f"{default})")


def add_module(command: _Group) -> None:
    """Add the option that names the module a fault was made for."""
    command.add_argument(
        "--module", metavar="FILE|PACKAGE", action="append",
        help="the module or package for which it was made (default: "
        f"{DEFAULT_MODULES})")


def add_level(command: _Group) -> None:
    """Add the option that chooses among an exercise's faults."""
    command.add_argument(
        "--level", choices=LEVELS,
        help="only the faults of this level (default: all)")


def add_jobs(command: _Group, of: str, default: str) -> None:
    """Add the option that says how many of something run at a time."""
    command.add_argument(
        "--jobs", metavar="N", type=types.jobs,
        help=f"how many {of} at a time (default: {default})")


def add_limits(command: _Group) -> None:
    """Add what one test may take: time and memory."""
    command.add_argument(
        "--timeout", metavar="S", type=types.seconds,
        help=f"seconds that one test may take (default: {MOST_SECONDS:g})")
    command.add_argument(
        "--memory", metavar="GB", type=types.gigabytes,
        help="how much memory a test may take, in GB, where the system can "
        f"limit it (default: {GB:g}); a file may grow to a third of that")


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
