"""The commands on single faults, and `winnow results`."""
from __future__ import annotations

import argparse
import os
from pathlib import Path

from winnow.model.errors import CannotDo

from .check_command import write
from .endings import CLEAN, FOUND


def show_results(options: argparse.Namespace) -> int:
    """Write the report of the last check once more."""
    from .output import opened, standard
    from .results import forget, last
    if options.forget:
        standard().write(forget(Path.cwd()))
        return CLEAN
    report = last(Path.cwd())
    with opened(options.output) as out:
        write(report, options, out)
    return CLEAN if report.is_enough else FOUND


def explain_fault(options: argparse.Namespace) -> int:
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


def apply_fault(options: argparse.Namespace) -> int:
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


def accept_fault(options: argparse.Namespace) -> int:
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
