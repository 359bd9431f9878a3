"""What the commands of the course take on the command line."""
from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from . import argument_types as types
from . import shared_arguments as shared

if TYPE_CHECKING:
    _Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_start(commands: _Commands) -> None:
    """Add the command that makes a folder to begin in."""
    start = commands.add_parser(
        "start", help="make a folder to begin in: modules, tasks, tests",
        description="Makes a folder to begin a lesson or an exercise in, with "
        "the modules, the tasks, and files for your tests. Nothing is "
        "overwritten.",
        epilog="Exit status: 0 it is made; 2 it could not be, and nothing "
        "was left behind, or what to do next could not be printed.")
    start.add_argument(
        "folder", metavar="DIR", nargs="?",
        help="the folder (default: one with the name of the exercise or the "
        "lesson)")
    of = start.add_mutually_exclusive_group()
    shared.add_exercise(of, "the first that comes along")
    of.add_argument(
        "--lesson", metavar="N|NAME",
        help="a lesson of the course: winnow lessons shows them all")


def add_course(commands: _Commands) -> None:
    """Add the commands for whoever is in a lesson, or between two."""
    lessons = commands.add_parser(
        "lessons", help="list the lessons: which are done, what each needs",
        description="Lists the lessons of the course: which you have done, "
        "how long reading takes, and what each needs.",
        epilog="Exit status: 0 they are listed; 2 what is kept of them cannot "
        "be read or written.")
    what = lessons.add_mutually_exclusive_group()
    what.add_argument(
        "--done", metavar="N|NAME", nargs="+", action="extend",
        help="tick lessons off")
    what.add_argument(
        "--import", metavar="FILE", dest="taken", help="tick off what was "
        "done in a browser, or on another machine: its file of progress")
    hint = commands.add_parser(
        "hint", help="give one hint to the lesson or the task at hand",
        description="Gives one hint to the lesson of this folder, or to the "
        "first task that is not done: a nudge first, the line at last.",
        epilog="Exit status: 0 it is given; 2 there is none, or it could not "
        "be kept which was given.")
    hint.add_argument(
        "number", metavar="N", nargs="?", type=types.count,
        help="the hint of this number (default: the next one)")
    _add_task(hint)
    _add_folder(hint)
    solution = commands.add_parser(
        "solution", help="show our own tests, once the lesson is done",
        description="Shows our own tests for the lesson or the task at hand, "
        "once it is done.",
        epilog="Exit status: 0 they are shown; 2 it is not done, or there is "
        "none.")
    solution.add_argument(
        "--now", action="store_true", help="before it is done, too")
    _add_task(solution)
    _add_folder(solution)
    reset = commands.add_parser(
        "reset", help="put the files to begin with in their places again",
        description="Puts the files to begin with in their places again. "
        "Yours are kept beside them: test_utils.py as test_utils.py.old1.",
        epilog="Exit status: 0 it is done; 2 it could not be, and nothing was "
        "changed.")
    _add_folder(reset)
    _add_quiz(commands)


def _add_quiz(commands: _Commands) -> None:
    """Add the command that asks the questions of the lessons."""
    quiz = commands.add_parser(
        "quiz", help="ask the questions of the lessons that you have done",
        description="Asks the questions of the lessons that you have done. "
        "One that you knew is asked again after 1, 3, 7 and more days, any "
        "other one on the next day. Where there is no terminal, those that "
        "are due are printed.",
        epilog="Exit status: 0 it has asked, or nothing is due; 2 what is "
        "kept of them cannot be read or written, or the deck cannot.")
    quiz.add_argument("--all", action="store_true",
                      help="ask about the lessons that are not done, too")
    quiz.add_argument("--count", metavar="N", type=types.count,
                      help="ask so many at once (default: 10)")
    quiz.add_argument(
        "--anki", metavar="FILE",
        help="write the questions of all lessons as a deck for Anki "
        "(FILE.apkg), and ask nothing")


def _add_folder(command: argparse.ArgumentParser) -> None:
    """Let a command name the folder that it is about."""
    command.add_argument(
        "--in", metavar="DIR", dest="folder", default=".",
        help="the folder that winnow start has made (default: this one)")


def _add_task(command: argparse.ArgumentParser) -> None:
    """Let a command name the task of an exercise that it is about."""
    command.add_argument(
        "--task", metavar="N", type=types.count,
        help="in the folder of an exercise: the task (default: the first "
        "that is not done)")
