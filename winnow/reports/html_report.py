"""A report as one HTML page that needs no other file, no script, no network.

`page.html` says what the page holds and in which order; `page.css` how it
looks. Jinja2 escapes all that comes from the learner. The page's policy lets
nothing load or run but its own style sheet, named by its hash.
"""
from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from winnow.model.exercise import Edit
from winnow.model.outcome import Verdict
from winnow.model.report import Report

from . import matrix, modules_table, wording
from .terminal import Style, tamed

# A larger table helps nobody, and slows the page down.
MOST_CELLS = 40_000
_LETTERS = {Verdict.CAUGHT: "C", Verdict.MISSED: "M", Verdict.HUNG: "H",
            Verdict.CRASHED: "X", Verdict.UNVIABLE: "U"}
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Links:
    """The anchors of tests and faults, by name.

    Anchors are numbers, so that no name has to be fit for one.
    """

    tests: Mapping[str, str]
    faults: Mapping[str, str]


def render(report: Report, style: Style) -> str:
    """Return a report as a page, in ASCII so that any pipe takes it."""
    css = style_sheet()
    page = template().render(
        report=report, wording=wording, matrix=matrix,
        modules_table=modules_table,
        enough=matrix.enough(report), links=_links(report),
        sorted_refactorings=sorted(
            report.refactorings,
            key=lambda each: not each.broken),
        difference=lambda edit: _difference(edit, report),
        letters=_LETTERS, most_cells=MOST_CELLS, css=Markup(css),
        digest=digest(css))
    return as_ascii(page)


@cache
def template() -> Template:
    """Return the page's template: to compile it takes a third of a check."""
    return environment(_HERE).get_template("page.html")


def environment(*folders: Path) -> Environment:
    """Return what renders the templates of some folders, and escapes."""
    found = Environment(
        loader=FileSystemLoader(folders), autoescape=True, trim_blocks=True,
        lstrip_blocks=True, undefined=StrictUndefined)
    found.filters["spoken"] = spoken
    return found


def style_sheet() -> str:
    """Return how a page looks."""
    return (_HERE / "page.css").read_text("utf-8")


def digest(text: str) -> str:
    """Return the hash by which a page's policy lets a text load or run."""
    return b64encode(sha256(text.encode()).digest()).decode()


def as_ascii(page: str) -> str:
    """Return a page without control characters, and in ASCII."""
    return tamed(page).encode("ascii", "xmlcharrefreplace").decode("ascii")


def spoken(text: str) -> Markup:
    """Return a sentence of ours, with what is between backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # One of them is the learner's own.
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else part
        for place, part in enumerate(parts))


def _links(report: Report) -> Links:
    """Number the tests and the faults of a report."""
    return Links(
        {name: f"test-{number}"
         for number, name in enumerate(report.tests, 1)},
        {each.fault.name: f"fault-{number}"
         for number, each in enumerate(report.faults, 1)})


def _difference(edit: Edit, report: Report) -> list[str]:
    """Return the lines that an edit changes, each after its sign."""
    return list(wording.difference(
        edit, report.subject.sources[edit.module]))
