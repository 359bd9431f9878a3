"""The kill matrix as a table to look at: tests down, faults across."""
from __future__ import annotations

from collections.abc import Iterator

from winnow.model.report import FaultVerdict, Report

from .html_elements import Html, Links, joined, tag

# A larger table helps nobody, and slows the page down.
MOST_CELLS = 40_000
_LETTERS = {"caught": "C", "missed": "M", "hung": "H", "crashed": "X",
            "unviable": "U"}


def table(report: Report, links: Links) -> Iterator[Html]:
    """Yield the table of the valid tests, in a box that scrolls by itself."""
    cells = len(report.valid) * len(report.faults)
    if not cells:
        return
    if cells > MOST_CELLS:
        yield tag("p", f"It has {cells:,} cells, which is too large to be "
                  "shown. See what each test catches below.")
        return
    yield tag("p", _legend(report))
    yield tag(
        "div", tag("table", tag("thead", _head(report, links)),
                   tag("tbody", *_rows(report, links)), class_="matrix"),
        class_="box", tabindex="0", role="region",
        aria_label="Kill matrix: tests down, faults across")


def _legend(report: Report) -> Html:
    """Return what the letters mean that stand in the table."""
    parts: list[str] = [
        "A row is a test, a column a fault. ", tag("b", "C"), ": the test "
        "catches the fault. The row on top says what became of each"]
    seen = {each.outcome for each in report.faults}
    for number, outcome in enumerate(filter(seen.__contains__, _LETTERS)):
        parts += [", " if number else ": ",
                  tag("b", _LETTERS[outcome]), f" {outcome}"]
    parts.append(".")
    if not report.is_complete:
        parts.append(" Not every test was tried on each fault: what the "
                     "others would say is not known.")
    return joined(parts)


def _head(report: Report, links: Links) -> Html:
    """Return two rows: each fault's number, then what became of it."""
    names = (tag("th", tag("a", str(number),
                           href=f"#{links.fault(each.fault.name)}",
                           title=each.fault.name,
                           aria_label=f"{number}, {each.fault.name}"),
                 scope="col")
             for number, each in enumerate(report.faults, 1))
    outcomes = (tag("td", _LETTERS[each.outcome], class_=_colour(each),
                    title=each.outcome)
                for each in report.faults)
    return joined([
        tag("tr", tag("th", "test", scope="col"), *names),
        tag("tr", tag("th", "outcome", scope="row"), *outcomes)])


def _colour(each: FaultVerdict) -> str:
    """Return the colour of a fault's outcome."""
    return "good" if each.outcome == "caught" else "bad"


def _rows(report: Report, links: Links) -> Iterator[Html]:
    """Yield a row a test, with a letter where it catches a fault."""
    for test in report.valid:
        cells = (tag("td", "C", class_="good") if test in each.caught_by
                 else tag("td") for each in report.faults)
        yield tag("tr", tag("th", tag("a", test, href=f"#{links.test(test)}"),
                            scope="row"), *cells)
