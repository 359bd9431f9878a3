"""`winnow check`: once, or at every save; and what it writes."""
from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from winnow.model.errors import NothingChanged
from winnow.system.interrupts import stop_at_signals
from winnow.system.processes import heed_signals
from winnow.system.streams import can_print, complain

from .arguments import parsed
from .endings import CANNOT_RUN, CLEAN, FOUND, STOPPED, ended

if TYPE_CHECKING:
    from winnow.checking.options import Options
    from winnow.model.report import Report

    from .output import Output
    from .progress import Progress

# What a stream must be able to print, or else a report is in ASCII.
_SIGNS = "✓→"


def check(options: argparse.Namespace) -> int:
    """Check a suite once, or whenever it is saved."""
    if options.sandbox:
        from .sandboxed import check_and_write
        return check_and_write(options)
    if options.test:
        from .single_test import status_of
        return status_of(options)
    if not options.watch:
        enter(options)
        return _check_once(options)
    from .watch import Watch
    typed_in = os.getcwd()
    enter(options)
    Watch(options.paths, options.module or (),
          lambda: ended(options, _check_once), options.typed, typed_in).run()
    return CLEAN


def check_watched(arguments: Sequence[str]) -> None:
    """Make one check of those of `--watch`; the next save may end it."""
    options = parsed(arguments)
    stop_at_signals()
    heed_signals()
    try:
        enter(options)
        ended(options, _check_once)
    except KeyboardInterrupt:
        pass


def enter(options: argparse.Namespace) -> None:
    """Go where a project begins, if the command is about one."""
    if options.root:
        if options.output:
            options.output = os.path.abspath(options.output)
        os.chdir(options.root)


def _check_once(options: argparse.Namespace) -> int:
    """Check a suite and write the report."""
    from .output import opened
    with opened(options.output) as out:
        try:
            if options.watch:
                return _watched(options, out)
            report = report_of(options)
        except NothingChanged as nothing:
            return _say_nothing_changed(nothing, options.format, out)
        write(report, options, out)
    if report.is_stopped:
        return STOPPED
    return CLEAN if report.is_enough else FOUND


def write(report: Report, options: argparse.Namespace, out: Output) -> None:
    """Write a report; rich prints it where it is a text on a terminal."""
    from winnow.reports import render
    from winnow.reports.terminal import Style
    if options.format == "text":
        out.show(render(report, "text", out.style(
            _SIGNS, options.all, options.rules, options.matrix)))
    else:
        out.write(render(report, options.format, Style(
            everything=options.all, rules=options.rules,
            matrix=options.matrix)))


def _say_nothing_changed(nothing: NothingChanged, form: str, out: Output
                         ) -> int:
    """Say that there is nothing to check: that is as it should be.

    What a program reads is a report or nothing.
    """
    if form in ("text", "markdown"):
        out.write(f"{nothing}\n")
    else:
        complain(f"winnow: {nothing}\n")
    return CLEAN


def _watched(options: argparse.Namespace, out: Output) -> int:
    """Check a suite that is watched: what is known first is said first."""
    from .output import CannotWrite
    try:
        return _written_twice(options, out)
    except CannotWrite:
        return CANNOT_RUN  # The process that watches meets it and says so.


def _written_twice(options: argparse.Namespace, out: Output) -> int:
    """Write what is known first, and then the report."""
    from .watch import clear

    def say(report: Report) -> None:
        """Write what is known before any fault is tried: without rich."""
        from winnow.reports.terminal import Style
        from winnow.reports.text import first_words
        style = Style(ascii=not can_print(_SIGNS, out.stream))
        out.write(first_words(report, style) + "\n")

    report = report_of(options, say)
    if report.is_stopped:  # By a save: the next check says more.
        return STOPPED
    clear(out)
    write(report, options, out)
    return CLEAN if report.is_enough else FOUND


def report_of(options: argparse.Namespace,
              first: Callable[[Report], None] = lambda report: None,
              tried: Callable[[int, int], object] = lambda done, of: None
              ) -> Report:
    """Return what the check finds; `first` hears what is known first.

    `tried` hears how many variants have met the tests, of how many.
    """
    from winnow.checking.check import check
    from winnow.checking.options import Options

    from .progress import Progress
    paths = [Path(path) for path in options.paths]
    about = options.scope
    chosen = Options(options.exercise, options.runner, options.level,
                     options.timeout, options.jobs,
                     about.only if about else None, options.matrix,
                     memory=options.memory,
                     copy_limit=options.copy_limit,
                     timeout_factor=options.timeout_factor)
    with Progress(sys.stderr, "faults" if options.module else "variants",
                  also=tried) as progress:
        def heard(report: Report) -> None:
            """Say what is known first, and then how far the rest is."""
            progress.wipe()
            first(report)
            progress.begin()

        report = (_report_on_modules(options, paths, chosen, progress, heard)
                  if options.module else check(paths, chosen, heard, progress))
    report = replace(report, fail_under=options.fail_under)
    if options.module:
        from .results import keep
        keep(report, options.output)
    if about and not options.module:
        from .lesson import judged
        return judged(report, about, options.rules)
    return report


def _report_on_modules(options: argparse.Namespace, paths: Sequence[Path],
                       chosen: Options, progress: Progress,
                       first: Callable[[Report], None]) -> Report:
    """Return what the check of a person's own modules finds."""
    from winnow.checking.module_check import check_modules
    from winnow.subjects.selection import Selection

    from .results import keeping
    return check_modules(
        paths, [Path(path) for path in options.module], chosen,
        Selection(options.sample, options.seed, options.since,
                  options.confirm, options.changed,
                  tuple(options.fault or ()),
                  tuple(options.function or ()), tuple(options.exclude),
                  tuple(options.operator)), progress, first,
        lambda folder: keeping(folder, options.output)
        if options.cache else None)
