"""The commands of `winnow`, and what they say on bad input."""
from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from winnow.model.errors import CannotDo, NothingChanged
from winnow.system.interrupts import is_stopping, stop_at_signals
from winnow.system.processes import heed_signals
from winnow.system.streams import can_print, complain

from .arguments import parsed

if TYPE_CHECKING:
    from winnow.checking.options import Options
    from winnow.model.report import Report

    from .output import Output
    from .progress import Progress

_Command = Callable[[argparse.Namespace], int]

CLEAN, FOUND, CANNOT_RUN, OUR_BUG, STOPPED = 0, 1, 2, 3, 130
# What a stream must be able to print, or else a report is in ASCII.
_SIGNS = "✓→"


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    0: no findings; 1: something to fix was found; 2: it could not run,
    and one line on standard error says why; 3: Winnow itself has a bug.
    """
    try:
        options = parsed(arguments)
    except CannotDo as error:  # What the project's settings say is wrong.
        complain(_said(error, sys.stderr) + "\n")
        return CANNOT_RUN
    stop_at_signals()
    return _ended(options, _COMMANDS[options.command])


def _ended(options: argparse.Namespace, command: _Command) -> int:
    """Run a command; say why, in a line for each file, if it cannot run."""
    try:
        return command(options)
    except CannotDo as error:
        complain(_said(error, sys.stderr) + "\n")
    except OSError as error:
        complain(f"winnow: {error.strerror or error}"
                 f"{f': {error.filename}' if error.filename else ''}\n")
    except Exception as error:
        if is_stopping():  # C code has put its own error in its place.
            raise KeyboardInterrupt from error
        return _own_bug(error, options.debug)
    return CANNOT_RUN


def _said(error: CannotDo, stream: TextIO) -> str:
    """Return why a command cannot run: a line for each file, or one.

    What helps stands below its file, and is wrapped as a report is.
    """
    from winnow.reports.terminal import ASCII, Style, tamed
    style = Style()
    lines = []
    for line in str(error).splitlines():
        start, arrow, helps = line.partition("    → ")
        lines.append(style.wrapped(arrow, helps, 6) if arrow and not start
                     else f"winnow: {line}" if not line.startswith(" ")
                     else line)
    text = tamed("\n".join(lines))
    return text if can_print("→", stream) else text.translate(ASCII)


def _own_bug(error: Exception, debug: bool) -> int:
    """Say that Winnow has failed, not the person's tests, and where."""
    import traceback
    if debug:
        traceback.print_exception(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    what = " ".join(f"{type(error).__name__}: {error}".split())
    complain("winnow: This is a bug in Winnow, not in your tests: "
             f"{what[:300]} ({Path(last.filename).name}, line {last.lineno}). "
             "Please report it where you got Winnow, with what the same "
             "command prints with --debug.\n")
    return OUR_BUG


def _check(options: argparse.Namespace) -> int:
    """Check a suite once, or whenever it is saved."""
    if options.sandbox:
        from .sandboxed import check_and_write
        return check_and_write(options)
    if options.test:
        from .single_test import status_of
        return status_of(options)
    if not options.watch:
        _enter(options)
        return _check_once(options)
    from .watch import Watch
    typed_in = os.getcwd()
    _enter(options)
    Watch(options.paths, options.module or (),
          lambda: _ended(options, _check_once), options.typed, typed_in).run()
    return CLEAN


def check_watched(arguments: Sequence[str]) -> None:
    """Make one check of those of `--watch`; the next save may end it."""
    options = parsed(arguments)
    stop_at_signals()
    heed_signals()
    try:
        _enter(options)
        _ended(options, _check_once)
    except KeyboardInterrupt:
        pass


def _enter(options: argparse.Namespace) -> None:
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
        _write(report, options, out)
    if report.is_stopped:
        return STOPPED
    return CLEAN if report.is_enough else FOUND


def _write(report: Report, options: argparse.Namespace, out: Output) -> None:
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
    _write(report, options, out)
    return CLEAN if report.is_enough else FOUND


def report_of(options: argparse.Namespace,
              first: Callable[[Report], None] = lambda report: None) -> Report:
    """Return what the check finds; `first` hears what is known first."""
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
    with Progress(sys.stderr, "faults" if options.module else "variants"
                  ) as progress:
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


def _results(options: argparse.Namespace) -> int:
    """Write the report of the last check once more."""
    from .output import opened, standard
    from .results import forget, last
    if options.forget:
        standard().write(forget(Path.cwd()))
        return CLEAN
    report = last(Path.cwd())
    with opened(options.output) as out:
        _write(report, options, out)
    return CLEAN if report.is_enough else FOUND


def _explain(options: argparse.Namespace) -> int:
    """Print all that there is to say of one fault."""
    from .explain import explain
    from .output import standard
    if options.root:
        os.chdir(options.root)
    out = standard()
    text, is_sound = explain(
        options.fault, options.exercise,
        [Path(each) for each in options.module or ()], out.style("·…"))
    out.show(text)
    return CLEAN if is_sound else FOUND


def _apply(options: argparse.Namespace) -> int:
    """Put a fault into a file of the person's own, or take it out."""
    from .apply import apply, undo
    from .output import standard
    out = standard()
    if options.root:
        os.chdir(options.root)
    modules = [Path(each) for each in options.module or ()]
    out.write(undo(modules) if options.undo
              else apply(options.fault, modules, options.force))
    return CLEAN


def _accept(options: argparse.Namespace) -> int:
    """Accept a fault, and print where that is written."""
    from .accept import accepted
    from .output import CannotWrite, standard
    out = standard()
    if options.root:
        os.chdir(options.root)
    said = accepted(options.fault, [Path(each) for each in
                                    options.module or ()], options.why)
    try:
        out.write(said)
    except CannotWrite as error:
        raise CannotDo(f"{error} The fault was accepted anyway.") from error
    return CLEAN


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


_COMMANDS: dict[str, _Command] = {
    "accept": _accept, "apply": _apply, "check": _check, "explain": _explain,
    "grade": _grade, "list-tests": _list_tests,
    "results": _results,
    **dict.fromkeys(("start", "lessons", "hint", "solution", "reset",
                     "quiz"), _of_course)}
