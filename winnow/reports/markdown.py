"""A report as Markdown, as the summary page of a GitHub job shows it."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from winnow.model.report import FaultVerdict, Report

from . import matrix, modules_table, wording
from .terminal import AT_ONCE, Style, tamed

# GitHub refuses a summary above a mebibyte: so many faults stay below.
_MOST_FAULTS = 500
# A wider or longer table is no longer taken in at a glance.
_MOST_TESTS, _MOST_COLUMNS = 40, 30
# What CommonMark, GitHub's tables and its mathematics take for markup.
_MARKUP = re.compile(r"[\\`*_\[\]<>|#~&!$]")
_AT_THE_START = re.compile(r"^(?:[-+=:]|\d+(?=[.)]))")


def render(report: Report, style: Style) -> str:
    """Return a report as Markdown: what holds, what not, what next."""
    parts = (_head, _invalid, _problems, _missed, _broken, _matrix, _modules,
             _rules, _notes)
    blocks = [block for part in parts for block in part(report, style)]
    blocks += map(plain, (wording.next_step(report),
                          *wording.commands(report)))
    return tamed("\n\n".join(blocks)) + "\n"


def plain(text: str) -> str:
    """Return a text in one line in which nothing is markup."""
    escaped = _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))
    return _AT_THE_START.sub(lambda found: (
        f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"), escaped)


def block(text: str, language: str = "") -> str:
    """Return a text as it stands, in a fence that nothing in it can close."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _details(summary: str, blocks: Iterable[str]) -> Iterator[str]:
    """Yield blocks that are shown when they are asked for."""
    yield f"<details><summary>{summary}</summary>"
    yield from blocks
    yield "</details>"


def _head(report: Report, style: Style) -> Iterator[str]:
    """Yield what was checked, and the counts."""
    files = ", ".join(report.files)
    yield f"## {plain(report.title)}"
    yield plain(files)
    yield _table(["holds", "what"], (
        ["yes" if holds else "**no**", plain(text)]
        for holds, text in wording.summary(report)))
    for sentence in matrix.sentences(report):
        yield plain(sentence)
    if enough := matrix.enough(report):
        yield from _details(plain(f"{matrix.smaller(report)}."), [
            "\n".join(f"- {plain(test)}" for test in enough)])


def _invalid(report: Report, style: Style) -> Iterator[str]:
    """Yield the tests that do not pass on the right modules, and why."""
    if not report.invalid:
        return
    yield f"### Tests that fail on {wording.right(report)}"
    for test in report.invalid:
        yield f"**{plain(test)}**"
        yield block(wording.reason(report.tests[test]))
        if coaching := report.coaching.get(test):
            yield plain(coaching)


def _problems(report: Report, style: Style) -> Iterator[str]:
    """Yield what to mend besides."""
    if not report.problems:
        return
    yield "### Problems"
    for each in report.problems:
        where = f"({wording.where(each)})" if wording.where(each) else ""
        parts = filter(None, (wording.said(each), each.advice, where))
        yield f"- {plain(' '.join(parts))}"


def _missed(report: Report, style: Style) -> Iterator[str]:
    """Yield the faults missed: three, then the rest for who asks."""
    if not report.missed or not report.valid:
        return
    yield "### What your tests would miss"
    numbered = list(enumerate(report.missed, 1))
    sure = len(report.sure)
    at_once = sure if style.everything else min(sure, AT_ONCE)
    for number, each in numbered[:at_once]:
        yield from _one_missed(number, each, report)
    most = max(_MOST_FAULTS, at_once)
    for summary, rest in (
            (f"{wording.count(min(sure, most) - at_once, 'more fault')} "
             "missed", numbered[at_once:min(sure, most)]),
            (wording.folded(report), numbered[sure:most])):
        if rest:
            yield from _details(summary, (
                part for number, each in rest
                for part in _one_missed(number, each, report)))
    left = len(numbered[most:])
    if left:
        yield f"{wording.count(left, 'more fault')} missed: --all shows them."


def _one_missed(number: int, each: FaultVerdict, report: Report
                ) -> Iterator[str]:
    """Yield what one missed fault breaks, and a hint, or what it changes."""
    fault = each.fault
    yield f"**{number}\\. {plain(fault.breaks)}**"
    if hint := wording.hint(report, each):
        yield plain(hint)
    if doubt := wording.doubt(each):
        yield plain(doubt)
    if wording.is_made(fault):
        source = report.subject.sources[fault.module]
        yield block("\n".join(wording.difference(fault, source)), "diff")
    place = wording.place(report.subject.file_of(fault.module), each.line)
    yield plain(f"{fault.name} · {wording.level(fault)} · {place}")


def _broken(report: Report, style: Style) -> Iterator[str]:
    """Yield the refactorings that break a test."""
    if not report.broken:
        return
    yield "### What your tests should not mind, and do"
    for each in report.broken:
        yield (f"- **{plain(each.refactoring.keeps)}** "
               f"({plain(each.refactoring.name)}) "
               f"{plain(wording.knows_too_much(' and '.join(each.broken)))}")


def _matrix(report: Report, style: Style) -> Iterator[str]:
    """Yield which test catches what, where that is a small table."""
    caught = [each for each in report.faults if each.caught_by]
    if not (report.is_complete and 0 < len(caught) <= _MOST_COLUMNS
            and len(report.valid) <= _MOST_TESTS):
        return
    table = _table(
        ["test", *map(str, range(1, len(caught) + 1))],
        ([plain(test), *("x" if test in each.caught_by else ""
                         for each in caught)] for test in report.valid))
    names = "\n".join(f"{number}. {plain(each.fault.name)}"
                      for number, each in enumerate(caught, 1))
    yield from _details("Which test catches what", [table, names])


def _modules(report: Report, style: Style) -> Iterator[str]:
    """Yield what was found in each of several modules."""
    found = modules_table.worst_first(report)
    most = len(found) if style.everything else modules_table.MOST
    if found:
        yield "### Modules"
        yield _table(modules_table.HEAD, (
            [*map(plain, row.cells)] for row in found[:most]))
    if len(found) > most:
        yield (f"{wording.count(len(found) - most, 'more module')}: --all "
               "shows them.")


def _rules(report: Report, style: Style) -> Iterator[str]:
    """Yield the places that break a rule of the course."""
    if report.rules:
        count = wording.count(len(report.rules), "place")
        yield from _details(f"The course's rules on files: {count}", [_table(
            ["where", "rule", "what to do"],
            ([plain(wording.place(each.file, each.line)), plain(each.rule),
              plain(each.message)] for each in report.rules))])


def _notes(report: Report, style: Style) -> Iterator[str]:
    """Yield what to know besides."""
    for note in report.notes:
        yield f"- {plain(note)}"
