"""The page about a class: one file, with a script that it can do without."""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup, escape

from winnow.reports.html_report import (
    as_ascii,
    digest,
    environment,
    style_sheet,
)
from winnow.reports.wording import count

from .amounts import decimal
from .grades import Grade, Item
from .overview import Overview, lesson_title
from .policy import EXTRA, REFACTORINGS, REQUIRED, RULES, TESTS

_HERE = Path(__file__).parent
_LONGEST = 60
_COLUMNS = {REQUIRED: "required", EXTRA: "extra", TESTS: "tests",
            REFACTORINGS: "refactorings", RULES: "rules broken"}


def as_page(overview: Overview, title: str) -> str:
    """Return a class as a page: who misses what, and what to teach."""
    css = style_sheet() + (_HERE / "class.css").read_text("utf-8")
    script = (_HERE / "class.js").read_text("utf-8")
    grades = overview.grades
    keys = [name for name in _COLUMNS
            if any(_item(grade, name) for grade in grades)]
    faults = {row.name: f"fault-{number}"
              for number, row in enumerate(overview.faults, 1)}
    return as_ascii(environment(_HERE).get_template("class.html").render(
        seen=overview, title=title, count=count, decimal=decimal,
        lesson_title=lesson_title, keys=keys, item_of=_item, quoted=_quoted,
        parts=[_COLUMNS[name] for name in keys], remarks=_remarks,
        anchors={grade.identifier: f"learner-{number}"
                 for number, grade in enumerate(grades, 1)},
        called={grade.identifier: _brief(grade.name) for grade in grades},
        brief=_brief,
        fault_anchors=faults, rows_of_map=_rows(overview),
        undecided=sum(grade.points is None for grade in grades),
        sandboxes=Counter(
            grade.record.sandbox for grade in grades
            if grade.record.sandbox).most_common(),
        css=Markup(css), css_digest=digest(css),
        js=Markup(script), js_digest=digest(script)))


def _brief(name: str) -> str:
    """Return a name that fits a table; the learner's page has all of it."""
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"


def _item(grade: Grade, name: str) -> Item | None:
    """Return a part of a grade, if there is one."""
    return next((item for item in grade.items if item.name == name), None)


def _remarks(grade: Grade) -> str:
    """Return what there is to know of a grade besides its counts."""
    same_as = grade.record.same_as
    same = [f"The same files as {same_as}."] if (
        same_as and same_as != grade.identifier) else []
    return " ".join([grade.reason, *grade.notes, *same]).strip()


def _rows(overview: Overview) -> Markup:
    """Return the rows of the map, with the most points first.

    A class of 1,000 has 70,000 cells: they are put together here, in a form
    as short as HTML allows, for a template would take ten times as long.
    """
    missing: Mapping[str, frozenset[str]] = {
        row.name: frozenset(row.learners) for row in overview.faults}
    rows = []
    for grade in sorted(overview.judged, key=lambda each: (
            -(each.points or 0), each.identifier)):
        cells = "".join(
            "<td class=m>M" if grade.identifier in learners else "<td>"
            for learners in missing.values())
        name = f'<a href="learners/{_quoted(grade.identifier)}/report.html">'
        called = escape(_brief(grade.name))
        rows.append(f'<tr><th scope="row">{name}<bdi>{called}</bdi></a>'
                    f'<td class=number>{decimal(grade.points)}{cells}')
    return Markup("\n".join(rows))


def _quoted(identifier: str) -> str:
    """Return an identifier for an address, as the template's filter does."""
    from urllib.parse import quote
    return quote(identifier, safe="", errors="replace")
