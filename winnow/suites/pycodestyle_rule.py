"""What pycodestyle says of a file, and what to do about it.

It is asked without any settings: as `pycodestyle FILE` is where there is no
configuration file. Of the file's end it says nothing here: that is a rule of
its own.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

_OF_THE_END = ("W292", "W391")
_BESIDE = ("Line it up with what follows the open bracket, or end the "
           "line there at the bracket and indent this one.")
# What to do, by a complaint's code or how it begins; else its text says it.
_ADVICE = {
    "E1": "Indent by four spaces a level.",
    "E101": "Indent with spaces alone.",
    "E12": _BESIDE,
    "E125": "Indent it further than what follows.",
    "E129": "Indent it further than what follows.",
    "E13": _BESIDE,
    "E20": "Delete the spaces there.",
    "E21": "Delete the spaces there.",
    "E22": "Put one space on either side.",
    "E23": "Put one space there.",
    "E251": "Delete the spaces on either side of `=`.",
    "E252": "Put one space on either side of `=`.",
    "E26": "A comment begins with `#` and one space; after code, put two "
           "spaces before it.",
    "E27": "Put one space there.",
    "E301": "Put one blank line above it.",
    "E302": "Put two blank lines above it.",
    "E303": "Delete some of them.",
    "E304": "Delete them.",
    "E305": "Put two blank lines above it.",
    "E306": "Put one blank line above it.",
    "E401": "Give each import a line of its own.",
    "E402": "Move it up, below the docstring.",
    "E501": "Break it where a bracket is open.",
    "E502": "Delete the backslash.",
    "E70": "Give each statement a line of its own.",
    "E722": "Name the exception that you expect.",
    "E74": "Choose a name of several letters.",
    "W191": "Indent with spaces alone.",
    "W29": "Delete the spaces at its end.",
    "W605": "Put an r before the quotes, or double the backslash.",
}


class _Complaints:
    """What pycodestyle finds, as it tells it to a report of its own kind."""

    def __init__(self, is_ignored: Callable[[str], bool]) -> None:
        """Begin with nothing found; some codes are not to be heard."""
        self.found: list[tuple[int, int, str]] = []
        self._is_ignored = is_ignored

    def error(self, line: int, offset: int, text: str, check: object) -> None:
        """Note a complaint, whose text begins with its code."""
        code = text[:4]
        if code not in _OF_THE_END and not self._is_ignored(code):
            self.found.append((line, offset, text))

    def init_file(self, *about: object) -> None:
        """Let a file begin, of which pycodestyle tells its reports."""

    def increment_logical_line(self) -> None:
        """Count no lines, as pycodestyle's own reports would."""

    def get_file_results(self) -> None:
        """Print nothing at a file's end, as its own reports would."""


def complaints(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each complaint about a file of Python: its line, and the words."""
    # Here, so that only a check pays for it.
    import pycodestyle  # type: ignore[import-untyped]
    # Or it would read its user's settings, for which it has no switch.
    # Those of a folder it only reads for paths that are arguments.
    pycodestyle.USER_CONFIG = None
    options: Any = pycodestyle.StyleGuide().options
    report = _Complaints(options.ignore_code)
    pycodestyle.Checker(path, options=options, report=report).check_all()
    for line, _, text in sorted(report.found):
        advice = next((f" {_ADVICE[text[:length]]}" for length in (4, 3, 2)
                       if text[:length] in _ADVICE), "")
        yield line, f"{text}.{advice}"
