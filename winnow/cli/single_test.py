"""One test, one fault: what other systems ask by exit statuses."""
from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from winnow.checking.check import check
from winnow.checking.options import Options
from winnow.grading.single import exposure, test_names, validity
from winnow.reports.json_report import as_object

from .output import standard


def print_list(options: argparse.Namespace) -> None:
    """Print the ids of a suite's tests, a line each."""
    standard().write("".join(
        f"{name}\n" for name in test_names(_report(options))))


def status_of(options: argparse.Namespace) -> int:
    """Return the exit status for some tests, on a fault if one is named.

    Raises `CannotDo` where there is no such test or fault.
    """
    if options.fault:
        return exposure(_report(options, *options.fault), options.test,
                        options.fault[0])
    return validity(_report(options), options.test)


def _report(options: argparse.Namespace, *faults: str) -> Mapping[str, Any]:
    """Return what a check of the right modules and these faults finds."""
    asked = {name: value for name in ("timeout", "memory", "copy_limit")
             if (value := getattr(options, name, None)) is not None}
    return as_object(check([Path(path) for path in options.paths], Options(
        options.exercise, only=frozenset(faults), matrix=True, **asked)))
