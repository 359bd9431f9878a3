"""The commands of the course: what each prints, and where."""
from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from winnow.reports.terminal import Style


def start(options: argparse.Namespace, style: Style) -> str:
    """Make a folder to begin in; return what to do next."""
    folder = Path(options.folder) if options.folder else None
    if options.lesson is not None:
        from .begin import begin
        return begin(options.lesson, folder)
    from .start import start as start_exercise
    return start_exercise(folder, options.exercise)


def lessons(options: argparse.Namespace, style: Style) -> str:
    """Tick lessons off, or return the list of them."""
    from .learning import listed, take_over, tick
    if options.taken is not None:
        return take_over(Path(options.taken))
    return listed(style) if options.done is None else tick(options.done)


def hint(options: argparse.Namespace, style: Style) -> str:
    """Return a hint."""
    from .learning import hint as next_hint
    return next_hint(Path(options.folder), options.number, options.task,
                     style)


def solution(options: argparse.Namespace, style: Style) -> str:
    """Return our own tests."""
    from .learning import solution as our_own
    return our_own(Path(options.folder), options.now, options.task)


def reset(options: argparse.Namespace, style: Style) -> str:
    """Put files in their places again; return what was done."""
    from .learning import reset as put_back
    return put_back(Path(options.folder))


def quiz(options: argparse.Namespace, style: Style) -> str:
    """Ask what is due, or write all questions for Anki."""
    from .quiz import deck
    from .quiz import quiz as ask
    if options.anki is not None:
        return deck(Path(options.anki))
    return ask(options.all, options.count, style)


# What was done before it could not be printed.
DONE_ANYWAY = {start: "The folder was made anyway.",
               reset: "The files were put back anyway."}
COMMANDS = {"start": start, "lessons": lessons, "hint": hint,
            "solution": solution, "reset": reset, "quiz": quiz}
