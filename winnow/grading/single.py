"""One test, one fault: the exit statuses that autograder.io asks for.

Its mutation test suites run three commands: one prints the names of the
tests, one tells whether some are valid (status 0), one whether they expose a
fault (any other status than 0).
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from winnow.model.errors import CannotDo


def test_names(report: Mapping[str, Any]) -> list[str]:
    """Return the ids of the tests, without those that were skipped."""
    return [row["id"] for row in report["tests"]
            if row["outcome"] != "skipped"]


def validity(report: Mapping[str, Any], tests: Iterable[str]) -> int:
    """Return 0 if all of some tests pass on the right modules, else 1.

    Raises `CannotDo` where there is no such test.
    """
    valid = {row["id"]: row["valid"] for row in report["tests"]}
    return 0 if all([_known(test, valid, "test")
                     for test in tests]) else 1


def exposure(report: Mapping[str, Any], tests: Sequence[str],
             fault: str) -> int:
    """Return 1 if one of some tests catches a fault, else 0.

    A test that is not valid catches nothing. Raises `CannotDo` where there is
    no such test, or no such fault, or where not every test was tried on it.
    """
    if not report["complete"]:
        raise CannotDo("The report does not say what each test catches: one "
                       "that fails was enough.")
    catchers = _known(fault, {row["name"]: row["caught_by"]
                              for row in report["faults"]}, "fault")
    validity(report, tests)
    return 1 if any(test in catchers for test in tests) else 0


def _known(name: str, among: Mapping[str, Any], what: str) -> Any:
    """Return what is known under a name; raise `CannotDo` if nothing is."""
    if name in among:
        return among[name]
    near = get_close_matches(name, [*among], 1)
    meant = f"; did you mean {near[0]}?" if near else "."
    raise CannotDo(f"There is no {what} {name}{meant}")
