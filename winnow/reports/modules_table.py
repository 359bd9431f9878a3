"""What was found in each module, as a table where there are several."""
from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from winnow.model.report import Report

from .terminal import WIDTH, Style

HEAD = ("module", "faults", "caught", "missed", "share")
# So many modules are shown unless all are asked for.
MOST = 20
_NUMBER = 8
_FILE = WIDTH - 2 - _NUMBER * (len(HEAD) - 1)


class Row(NamedTuple):
    """A module's file: how many faults were tried, and how many caught."""

    file: str
    faults: int
    caught: int

    @property
    def cells(self) -> tuple[str, ...]:
        """What the columns show; the share is rounded down."""
        return (self.file, str(self.faults), str(self.caught),
                str(self.faults - self.caught),
                f"{100 * self.caught // self.faults} %")


def rows(report: Report) -> list[Row]:
    """Return a row for each module that has faults, in their order."""
    caught = set(report.caught)
    found = []
    for module in report.concerns:
        faults = [each for each in report.faults
                  if each.fault.module == module]
        if faults:
            found.append(Row(report.subject.file_of(module), len(faults),
                             sum(each in caught for each in faults)))
    return found


def worst_first(report: Report) -> list[Row]:
    """Return the rows to be shown, those with the most missed on top.

    None where they would say no more than the report's first lines: of one
    module, of an exercise, or where no test is valid.
    """
    found = [] if report.exercise or not report.valid else rows(report)
    found.sort(key=lambda row: (row.caught - row.faults, row.file))
    return found if len(found) > 1 else []


def as_text(report: Report, style: Style) -> Iterator[str]:
    """Yield the table as lines of text; of many modules, its first rows."""
    found = worst_first(report)
    if not found:
        return
    shown = found if style.everything else found[:MOST]
    width = min(_FILE, max(len(row.file) for row in shown))
    yield style.paint("strong", _line(HEAD, width))
    for row in shown:
        yield _line(row.cells, width)
    if more := len(found) - len(shown):
        yield f"  {more} more module{'s' * (more > 1)}: --all shows them."


def _line(cells: tuple[str, ...], width: int) -> str:
    """Return the cells of a row below each other's; a long path is cut."""
    file, *numbers = cells
    if len(file) > width:
        file = f"…{file[1 - width:]}"
    return f"  {file:{width}}" + "".join(
        f"{number:>{_NUMBER}}" for number in numbers)
