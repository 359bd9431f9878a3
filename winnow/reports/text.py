"""A report as text for a terminal: short, kind, 80 columns."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from textwrap import fill

from ..exercise import Edit
from ..verdict import FaultVerdict, Report
from .matrix import in_words, table
from .problems import idle, pressing, render as in_groups
from .rules import render as in_full, summary

WIDTH = 80
AT_ONCE = 3
_COLOURS = {"good": "32", "bad": "31", "quiet": "2", "strong": "1"}
ASCII = str.maketrans({"✓": "+", "✗": "x", "→": ">", "·": "-", "…": "...",
                       "“": '"', "”": '"', "’": "'"})
_OUTCOMES = {
    "hung": "On this fault your tests hang before one fails.",
    "crashed": "On this fault Python itself ends before a test fails.",
    "unviable": "With this fault the module cannot even be imported.",
}


@dataclass(frozen=True)
class Style:
    """How to print: with colour or not, in full or not, in ASCII or not.

    With `rules` each place that breaks one is shown, else they are counted;
    with `matrix` what each test does on each fault.
    """

    colour: bool = False
    everything: bool = False
    ascii: bool = False
    rules: bool = False
    matrix: bool = False
    width: int = WIDTH

    def paint(self, how: str, text: str) -> str:
        """Return a text in a colour, where there are colours."""
        if not self.colour:
            return text
        return f"\x1b[{_COLOURS[how]}m{text}\x1b[0m"

    def wrapped(self, first: str, text: str, indent: int) -> str:
        """Return a text in lines of 80 columns behind a first mark."""
        filled = fill(text, self.width - indent, break_long_words=False,
                      break_on_hyphens=False)
        return first + filled.replace("\n", "\n" + " " * indent)


def render(report: Report, style: Style) -> str:
    """Return a report as lines of text: what holds, what not, what next."""
    parts = (_head, _summary, _invalid, _problems, _missed, _broken, _idle,
             _matrix, _rules, _notes, _next)
    blocks = ["\n".join(part(report, style)) for part in parts]
    text = "\n\n".join(block for block in blocks if block) + "\n"
    return text.translate(ASCII) if style.ascii else text


def _head(report: Report, style: Style) -> Iterator[str]:
    """Yield what was checked."""
    files = ", ".join(report.files)
    title = f"{report.exercise.title} · {files}"
    yield style.paint("strong", style.wrapped("", title, 0))


def _summary(report: Report, style: Style) -> Iterator[str]:
    """Yield what holds and what does not, in a line each."""
    skipped = sum(outcome.status == "skipped"
                  for outcome in report.tests.values())
    ran = len(report.tests) - skipped
    and_skipped = f", {skipped} skipped" if skipped else ""
    yield _line(style, not report.invalid and bool(report.valid),
                f"{len(report.valid)} of {_count(ran, 'test')} "
                f"pass{'es' if ran == 1 else ''} on {_right(report)}"
                f"{and_skipped}")
    if not report.valid:
        return
    caught = sum(each.outcome == "caught" for each in report.faults)
    yield _line(style, not report.missed,
                f"{caught} of {_count(len(report.faults), 'fault')} caught"
                f"{_by_level(report)}")
    if report.refactorings:
        tolerated = len(report.refactorings) - len(report.broken)
        yield _line(
            style, not report.broken, f"{tolerated} of "
            f"{_count(len(report.refactorings), 'refactoring')} tolerated")
    for sentence in in_words(report):
        yield style.wrapped("  · ", sentence, 4)


def _right(report: Report) -> str:
    """Return what the modules are called on which a test must pass."""
    return ("the right modules" if report.exercise.name
            else "the modules as they are")


def _by_level(report: Report) -> str:
    """Return the part of each level among the faults caught."""
    parts = []
    for level in ("core", "beyond"):
        here = [each for each in report.faults if each.fault.level == level]
        if here and len(here) < len(report.faults):
            caught = sum(each.outcome == "caught" for each in here)
            parts.append(f"{caught} of {len(here)} {level}")
    return f" ({', '.join(parts)})" if parts else ""


def _line(style: Style, holds: bool, text: str) -> str:
    """Return a line that begins with whether it holds."""
    sign = style.paint("good", "✓") if holds else style.paint("bad", "✗")
    return f"  {sign} {text}"


def _invalid(report: Report, style: Style) -> Iterator[str]:
    """Yield the tests that do not pass on the right modules, and why."""
    if not report.invalid:
        return
    yield style.paint("strong", f"These tests fail on {_right(report)}, and "
                      "were left out:")
    told: dict[str, str] = {}
    for test in report.invalid:
        outcome = report.tests[test]
        reason = outcome.message or {
            "hung": "It did not end in time.",
            "crashed": "It ended Python.",
        }.get(outcome.status, outcome.status)
        if outcome.status == "crashed" and outcome.message:
            reason = f"It ended the whole run: {outcome.message}."
        yield f"  {style.paint('bad', '✗')} {test}"
        for line in reason.splitlines():
            indent = 4 + len(line) - len(line.lstrip())
            yield style.wrapped(" " * indent, line, indent)
        if coaching := report.coaching.get(test):
            before = told.setdefault(coaching, test)
            yield style.wrapped(
                "    → ", coaching if before == test
                else f"As above, for {before}.", 6)


def _problems(report: Report, style: Style) -> Iterator[str]:
    """Yield what to mend besides."""
    found = pressing(report)
    if found:
        yield style.paint("strong", "Problems:")
        yield from in_groups(found, style)


def _idle(report: Report, style: Style) -> Iterator[str]:
    """Yield the tests that catch nothing, which do no harm either."""
    found = idle(report)
    if found:
        yield style.paint("strong", "Tests that catch nothing:")
        yield from in_groups(found, style)


def _missed(report: Report, style: Style) -> Iterator[str]:
    """Yield the faults missed: three with their hints, or all."""
    missed = report.missed
    if not missed or not report.valid:
        return
    shown = missed if style.everything else missed[:AT_ONCE]
    yield style.paint("strong", "What your tests would miss:")
    for number, each in enumerate(shown, 1):
        yield from _one_missed(number, each, report, style)
    hidden = len(missed) - len(shown)
    if hidden:
        yield f"\n  {_count(hidden, 'more fault')} missed: --all shows them."


def _one_missed(number: int, each: FaultVerdict, report: Report, style: Style
                ) -> Iterator[str]:
    """Yield what one missed fault breaks, and a hint, or what it changes."""
    fault = each.fault
    file = report.exercise.file_of(fault.module)
    yield ""
    yield style.wrapped(f" {number:2}. ", fault.breaks, 5)
    hint = _OUTCOMES.get(each.outcome, fault.hint)
    if not each.is_executed:
        hint = "No test executes this."
    if hint:
        yield style.wrapped("     → ", hint, 7)
    if not fault.hint:
        yield from _difference(fault, report.exercise.sources[fault.module],
                               style)
    level = f" · {fault.level}" if fault.hint else ""
    yield style.paint(
        "quiet", f"     {fault.name}{level} · {file}, line {each.line}")


def _difference(fault: Edit, source: str, style: Style) -> Iterator[str]:
    """Yield the lines that a fault changes, before and after."""
    changes = unified_diff(source.splitlines(),
                           fault.applied_to(source).splitlines(),
                           lineterm="", n=0)
    for line in [*changes][3:]:
        if not line.startswith("@@"):
            yield style.paint("bad" if line[0] == "-" else "good",
                              f"       {line[0]} {line[1:].strip()}")


def _broken(report: Report, style: Style) -> Iterator[str]:
    """Yield the refactorings that break a test: that test knows too much."""
    broken = report.broken
    if not broken:
        return
    yield style.paint("strong", "What your tests should not mind, and do:")
    shown = broken if style.everything else broken[:AT_ONCE]
    for each in shown:
        yield ""
        yield style.wrapped("   ~ ", f"{each.refactoring.keeps} "
                            f"({each.refactoring.name})", 5)
        tests = _some(each.broken, style)
        yield style.wrapped(
            "     → ", f"It breaks {tests}: a test should know what the code "
            "does, not how.", 7)
    hidden = len(broken) - len(shown)
    if hidden:
        yield f"\n  {_count(hidden, 'more refactoring')} broken: --all."


def _some(tests: Sequence[str], style: Style) -> str:
    """Return the names of tests, not too many of them."""
    if style.everything or len(tests) <= AT_ONCE:
        return " and ".join(tests)
    return f"{tests[0]} and {len(tests) - 1} others"


def _matrix(report: Report, style: Style) -> Iterator[str]:
    """Yield what each test does on each fault, if asked for."""
    if style.matrix and report.valid:
        yield from table(report)


def _rules(report: Report, style: Style) -> Iterator[str]:
    """Yield the places that break the course's rules, if asked for."""
    if style.rules:
        yield from in_full(report.rules, style)


def _notes(report: Report, style: Style) -> Iterator[str]:
    """Yield what to know besides."""
    counted = "" if style.rules else summary(report.rules)
    for note in filter(None, (*report.notes, counted)):
        yield style.wrapped("  · ", note, 4)


def _next(report: Report, style: Style) -> Iterator[str]:
    """Yield the one thing to do next."""
    if report.invalid or not report.valid:
        skipped = not report.invalid
        yield ("Next: let a test run that is not skipped, and check again."
               if skipped else
               "Next: mend the first test that fails, and check again.")
    elif pressing(report):
        yield "Next: mend the first problem, and check again."
    elif report.missed:
        yield "Next: write a test that fails on number 1, and check again."
    elif report.broken:
        yield "Next: let the test forget how the code is written, and check."
    elif report.problems:
        yield ("Your tests catch every fault, and some of them none: what "
               "are those for?")
    else:
        yield "Your tests catch every fault. There is nothing left to say."


def _count(number: int, thing: str) -> str:
    """Return a number with its noun, in the plural where there are several."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
