"""A learner's report as a page and as Markdown: what the feedback holds."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from jinja2 import Template
from markupsafe import Markup

from winnow.reports.html_report import (
    as_ascii,
    digest,
    environment,
    style_sheet,
)
from winnow.reports.markdown import plain
from winnow.reports.terminal import tamed

from .amounts import decimal
from .feedback import SECRET, Feedback
from .grades import Item
from .marks import Mark
from .overview import lesson_title
from .policy import EXTRA, REFACTORINGS, REQUIRED, RULES, TESTS

_MANY = 2000
_FAILING = "Tests that fail on the right modules"


def as_html(told: Feedback, title: str) -> str:
    """Return a learner's page, which needs no other file and no script."""
    css = _style_sheet()
    return as_ascii(_template("learner.html").render(
        told=told, title=title, css=css, digest=digest(css), entry=_entry,
        sections=[*_sections(told)], caught=_caught(told), failing=_FAILING,
        rules=_marks(told, RULES), line_of=line_of))


def as_markdown(told: Feedback, title: str) -> str:
    """Return the same as Markdown, in which nothing of a learner's is markup.
    """
    return tamed("\n\n".join(_blocks(told, title))) + "\n"


def line_of(item: Item) -> str:
    """Return what a part of a grade counts, and its points, in one line."""
    if item.name == RULES:
        what = (f"{item.every} place{'s' * (item.every != 1)} that "
                f"break{'s' * (item.every == 1)} a rule on files")
    else:
        what = f"{item.title}: {item.good} of {item.every}"
    extra = ", on top" if item.is_bonus else ""
    return (f"{what} ({decimal(item.points)} of {decimal(item.possible)} "
            f"points{extra})")


def _sections(told: Feedback) -> Iterator[tuple[str, str, list[Mark]]]:
    """Yield what is not good: a heading, a badge, and the marks."""
    for heading, badge, part in (
            (_FAILING, "fails", TESTS),
            ("Required faults missed", "missed", REQUIRED),
            ("Extra faults missed", "missed", EXTRA),
            ("Correct changes that break a test", "broken", REFACTORINGS)):
        yield heading, badge, [mark for mark in _marks(told, part)
                               if not mark.is_good or mark.name == SECRET]


def _caught(told: Feedback) -> list[Mark]:
    """Return the faults that are caught and may be named."""
    return [mark for part in (REQUIRED, EXTRA) for mark in _marks(told, part)
            if mark.is_good and mark.name != SECRET]


def _marks(told: Feedback, part: str) -> Sequence[Mark]:
    """Return the marks of one part."""
    return next((item.marks for item in told.items if item.name == part), ())


@lru_cache(maxsize=None)
def _template(name: str) -> Template:
    """Return a template, compiled once for a class."""
    return environment(Path(__file__).parent).get_template(name)


@lru_cache(maxsize=None)
def _style_sheet() -> Markup:
    """Return how a page looks, read once for a class."""
    return Markup(style_sheet())


@lru_cache(maxsize=_MANY)
def _entry(mark: Mark, badge: str, is_test: bool) -> Markup:
    """Return one mark as HTML: many learners miss the same faults."""
    made: Markup = _template("mark.html").module.entry(  # type: ignore
        mark, "secret" if mark.name == SECRET else badge, is_test, SECRET,
        lesson_title)
    return made


def _blocks(told: Feedback, title: str) -> Iterator[str]:
    """Yield the blocks of Markdown."""
    yield f"# {plain(told.name)}"
    yield plain(title)
    yield f"**{plain(told.summary)}**"
    if told.notes:
        yield "\n".join(f"- {plain(note)}" for note in told.notes)
    if told.items:
        yield "\n".join(
            f"- {'✓' if item.points >= item.possible else '✗'} "
            f"{plain(line_of(item))}" for item in told.items)
    for heading, _, marks in _sections(told):
        if marks:
            yield f"## {heading}"
            yield "\n".join(map(_line, marks))
    if told.advice:
        yield "## Problems"
        yield "\n".join(
            f"- {plain(each.title)} {plain(each.advice)}".rstrip()
            + (f" ({plain(each.where)})" if each.where else "")
            for each in told.advice)
    if rules := _marks(told, RULES):
        yield "## The course's rules on files"
        yield "\n".join(f"- {plain(mark.detail)}: {plain(mark.title)}"
                        for mark in rules)
    if caught := _caught(told):
        yield "## Faults caught"
        yield "\n".join(f"- {plain(mark.name)}" for mark in caught)


@lru_cache(maxsize=_MANY)
def _line(mark: Mark) -> str:
    """Return one mark as an entry of a list."""
    title = f": {plain(mark.title)}" if mark.title else ""
    parts = [f"- {plain(mark.name)}{title}"]
    parts += [plain(text) for text in (
        mark.why, mark.hint, mark.detail if not mark.title else "",
        lesson_title(mark.lesson) if mark.lesson else "") if text]
    return "\n  ".join(parts)
