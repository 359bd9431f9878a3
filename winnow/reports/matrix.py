"""The kill matrix, in words and as a table."""
from __future__ import annotations

from collections.abc import Iterator, Sequence

from winnow.model.exercise import Fault
from winnow.model.report import FaultVerdict, Report

from .terminal import WIDTH

# So much room is left for the names of faults, or less on a narrow terminal.
_NAME = 46


def in_words(report: Report) -> Iterator[str]:
    """Yield sentences on what the tests are, and how many it takes."""
    yield from sentences(report)
    if enough(report):
        yield f"{smaller(report)}: --matrix shows which."


def enough(report: Report) -> tuple[str, ...]:
    """Return the tests that catch as much as all, where they are fewer."""
    if not report.is_complete or report.goal:
        return ()  # It is not known what all of them catch.
    smallest = report.minimal_suite()
    return smallest if 1 < len(smallest) < len(report.valid) else ()


def smaller(report: Report) -> str:
    """Return how many tests would catch as much as all."""
    return (f"{len(enough(report))} of the tests would catch as much as all "
            f"{len(report.valid)}")


def sentences(report: Report) -> Iterator[str]:
    """Yield what each level's share is, and of which kind the tests are.

    The share is told where more than unit and integration tests are asked for.
    """
    parts = {level: f"{caught} of {all_of} {level}" for level,
             (caught, all_of) in report.by_level().items() if all_of}
    if not parts.keys() <= {"unit", "integration"}:
        yield f"By level: {', '.join(parts.values())}."
    yield from kinds(report)


def kinds(report: Report) -> Iterator[str]:
    """Yield how many tests are of which kind, and what one kind hides.

    Nothing, where it is not known at what a test becomes an integration test.
    """
    if not (report.subject.knows_kinds and report.valid):
        return
    integrated = {test for test in report.valid if report.is_integrated(test)}
    units = len(report.valid) - len(integrated)
    said = f"{_count(units, 'unit')}, {_count(len(integrated), 'integration')}"
    alone = [each for each in report.faults if each.caught_by
             and integrated.issuperset(each.caught_by)]
    if not alone:
        yield f"{said}."
        return
    catch = "catches" if len(integrated) == 1 else "catch"
    yield (f"{said}, which alone {catch} {len(alone)} of the faults"
           f"{_hidden(alone)}.")


def _count(number: int, kind: str) -> str:
    """Return how many tests there are of a kind."""
    return f"{number or 'no'} {kind} test{'' if number < 2 else 's'}"


def _hidden(alone: Sequence[FaultVerdict]) -> str:
    """Return how many of some faults a unit test could have caught."""
    number = sum(isinstance(each.fault, Fault)
                 and each.fault.caught_at == "unit" for each in alone)
    if not number:
        return ": what goes wrong between the modules"
    return (f": for {number} of them a unit test would say at once which "
            f"function is wrong")


def table(report: Report, width: int = WIDTH) -> Iterator[str]:
    """Yield the lines of the whole matrix, at most so wide, names aside.

    Its rows are the faults, its columns the valid tests by their numbers.
    """
    smallest = set(report.minimal_suite())
    yield ("The kill matrix: F an assertion fails, E another error, "
           "· it does not fail")
    yield ""
    for number, test in enumerate(report.valid, 1):
        yield f"  {number:3}{'*' if test in smallest else ' '} {test}"
    if smallest:
        yield ""
        yield ("  * These catch as much as all of them: no smaller choice "
               "does." if report.is_complete else "  * These are enough.")
    room = min(_NAME, width // 2 + 6)
    columns = width - room - 4
    for first in range(0, len(report.valid), columns):
        yield ""
        yield from _part(report, first, columns, room)


def _part(report: Report, first: int, columns: int, room: int
          ) -> Iterator[str]:
    """Yield some columns of the matrix, after names that have so much room.
    """
    tests = report.valid[first:first + columns]
    last = first + len(tests)
    numbers = [f"{number:{len(str(last))}}"
               for number in range(first + 1, last + 1)]
    for digit in range(len(numbers[-1])):
        line = "".join(number[digit] for number in numbers)
        yield f"  {'':{room}} {line}".rstrip()
    for each in report.faults:
        cells = "".join(_cell(each, test) for test in tests)
        yield f"  {_cut(each.fault.name, room):{room}} {cells}"


def _cut(name: str, room: int) -> str:
    """Return a name, or as much of it as there is room for."""
    return name if len(name) <= room else f"{name[:room - 1]}…"


def _cell(verdict: FaultVerdict, test: str) -> str:
    """Return what a test does on a fault, as one letter."""
    if test not in verdict.caught_by:
        return "·"
    return "F" if test in verdict.failed_by else "E"
