"""A report as text for a terminal: short, kind, 80 columns in a file."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from winnow.model.report import FaultVerdict, Report

from . import wording
from .matrix import in_words, table
from .modules_table import as_text
from .terminal import ASCII, AT_ONCE, Style, tamed
from .text_problems import render as in_groups
from .text_rules import render as in_full
from .text_rules import summary

# So many files of tests are named in the heading, the last perhaps a number.
MOST_FILES = 6


def render(report: Report, style: Style) -> str:
    """Return a report as lines of text: what holds, what not, what next."""
    parts = (_head, _summary, _invalid, _problems, _missed, _broken, _idle,
             _matrix, as_text, _rules, _notes, _next)
    return _joined((part(report, style) for part in parts), style)


def _joined(parts: Iterable[Iterable[str]], style: Style) -> str:
    """Return parts, of which each is lines, as one text."""
    blocks = ["\n".join(part) for part in parts]
    text = "\n\n".join(block for block in blocks if block) + "\n"
    text = tamed(text, style.colour)
    return text.translate(ASCII) if style.ascii else text


def first_words(report: Report, style: Style) -> str:
    """Return what is known before any fault is tried, as lines of text."""
    return _joined(
        (_head(report, style), [_line(style, *next(wording.summary(report)))],
         _invalid(report, style),
         ["The faults are being tried."] if report.valid else []), style)


def _head(report: Report, style: Style) -> Iterator[str]:
    """Yield what was checked."""
    shown = [*report.files]
    if len(shown) > MOST_FILES:
        shown[MOST_FILES - 1:] = [
            f"{len(shown) - MOST_FILES + 1} more files of tests"]
    files = ", ".join(shown)
    yield _heading(style, f"{report.title} · {files}")


def _summary(report: Report, style: Style) -> Iterator[str]:
    """Yield what holds and what does not, in a line each."""
    for holds, text in wording.summary(report):
        yield _line(style, holds, text)
    for sentence in in_words(report):
        yield style.wrapped("  · ", sentence, 4)


def _line(style: Style, holds: bool, text: str) -> str:
    """Return a line that begins with whether it holds."""
    sign = style.paint("good", "✓") if holds else style.paint("bad", "✗")
    return style.wrapped(f"  {sign} ", text, 4)


def _heading(style: Style, text: str, indent: int = 0) -> str:
    """Return a line above a part, so far from the edge."""
    return style.paint("strong", style.wrapped(" " * indent, text, indent))


def _invalid(report: Report, style: Style) -> Iterator[str]:
    """Yield the tests that do not pass on the right modules, and why."""
    if not report.invalid:
        return
    yield _heading(style, f"These tests fail on {wording.right(report)}, and "
                   "were left out:")
    told: dict[str, str] = {}
    for test in report.invalid:
        yield f"  {style.paint('bad', '✗')} {test}"
        for line in wording.reason(report.tests[test]).splitlines():
            indent = 4 + len(line) - len(line.lstrip())
            yield style.wrapped(" " * indent, line, indent)
        if coaching := report.coaching.get(test):
            before = told.setdefault(coaching, test)
            yield style.wrapped(
                "    → ", coaching if before == test
                else f"As above, for {before}.", 6)


def _problems(report: Report, style: Style) -> Iterator[str]:
    """Yield what to mend besides."""
    if report.pressing:
        yield style.paint("strong", "Problems:")
        yield from in_groups(report.pressing, style)


def _missed(report: Report, style: Style) -> Iterator[str]:
    """Yield the faults missed: three with their hints, or all.

    Of what no test executes there is one line, as long as there is more.
    """
    sure, doubtful = report.sure, report.doubtful
    near = [each for each in sure if each.is_executed] or sure
    if not report.missed or not report.valid:
        return
    shown = sure if style.everything else near[:AT_ONCE]
    yield _heading(style, "What your tests would miss:")
    for number, each in enumerate(shown, 1):
        yield from _one_missed(number, each, report, style)
    if said := wording.hidden(report, max(0, len(near) - len(shown)),
                              0 if style.everything
                              else len(sure) - len(near)):
        yield "\n" + style.wrapped("  ", said, 2)
    if doubtful and style.everything:
        yield "\n" + _heading(style, f"{wording.folded(report)}:", 2)
        for number, each in enumerate(doubtful, len(sure) + 1):
            yield from _one_missed(number, each, report, style)
    elif doubtful:
        yield "\n" + style.wrapped(
            "  ", f"{wording.folded(report)}: --all shows them.", 2)


def _one_missed(number: int, each: FaultVerdict, report: Report, style: Style
                ) -> Iterator[str]:
    """Yield what one missed fault breaks, and a hint, or what it changes."""
    fault = each.fault
    file = report.subject.file_of(fault.module)
    yield ""
    yield style.wrapped(f" {number:2}. ", fault.breaks, 5)
    if hint := wording.hint(report, each):
        yield style.wrapped("     → ", hint, 7)
    if doubt := wording.doubt(each):
        yield style.wrapped("     → ", doubt, 7)
    if wording.is_made(fault):
        source = report.subject.sources[fault.module]
        for line in wording.difference(fault, source):
            yield style.paint("bad" if line[0] == "-" else "good",
                              f"       {line[0]} {line[1:].strip()}")
    level = "" if wording.is_made(fault) else f" · {wording.level(fault)}"
    yield style.paint(
        "quiet", f"     {fault.name}{level} · {file}, line {each.line}")


def _broken(report: Report, style: Style) -> Iterator[str]:
    """Yield the refactorings that break a test: that test knows too much."""
    broken = report.broken
    if not broken:
        return
    yield _heading(style, "What your tests should not mind, and do:")
    shown = broken if style.everything else broken[:AT_ONCE]
    for each in shown:
        yield ""
        yield style.wrapped("   ~ ", f"{each.refactoring.keeps} "
                            f"({each.refactoring.name})", 5)
        tests = _some(each.broken, style)
        yield style.wrapped("     → ", wording.knows_too_much(tests), 7)
    hidden = len(broken) - len(shown)
    if hidden:
        yield "\n" + style.wrapped("  ", wording.count(
            hidden, "more refactoring") + " broken: --all.", 2)


def _some(tests: Sequence[str], style: Style) -> str:
    """Return the names of tests, not too many of them."""
    if style.everything or len(tests) <= AT_ONCE:
        return " and ".join(tests)
    return f"{tests[0]} and {len(tests) - 1} others"


def _idle(report: Report, style: Style) -> Iterator[str]:
    """Yield the tests that catch nothing, which do no harm either."""
    if report.idle:
        yield style.paint("strong", "Tests that catch nothing:")
        yield from in_groups(report.idle, style)


def _matrix(report: Report, style: Style) -> Iterator[str]:
    """Yield what each test does on each fault, if asked for."""
    if style.matrix and report.valid:
        yield from table(report, style.width)


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
    """Yield the one thing to do next, and what to type for it."""
    yield style.wrapped("", wording.next_step(report), 0)
    yield from wording.commands(report)
