"""A report as one HTML page that needs no other file, no script, no network.

All that comes from the learner is escaped by `markup.tag`. The page's policy
lets nothing load or run but its own style sheet, named by its hash.
"""
from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from winnow.model.exercise import Edit
from winnow.model.outcome import Outcome
from winnow.model.report import FaultVerdict, Report

from . import html_matrix, matrix, wording
from .html_elements import (
    Html,
    Links,
    badge,
    joined,
    section,
    spoken,
    tag,
    unfolded,
)
from .terminal import Style, tamed


def render(report: Report, style: Style) -> str:
    """Return a report as a page, in ASCII so that any pipe takes it."""
    links = Links(report)
    tests = {test: _test(test, outcome, report, links)
             for test, outcome in report.tests.items()}
    invalid = [tests.pop(test) for test in report.invalid]
    judged = bool(report.valid)
    sections = {
        "invalid": (f"Tests that fail on {wording.right(report)}", invalid),
        "problems": ("Problems", _problems(report)),
        "missed": ("What your tests would miss",
                   _missed(report, links) if judged else ()),
        "refactorings": ("Refactorings", _refactorings(report, links)),
        "matrix": ("Kill matrix", html_matrix.table(report, links)),
        "caught": ("Faults caught", _caught(report, links)),
        "tests": ("Tests", tests.values()),
        "rules": ("The course's rules on files", _rules(report)),
        "notes": ("Notes", (tag("p", spoken(note)) for note in report.notes)),
    }
    built = {anchor: (title, section(anchor, title, content))
             for anchor, (title, content) in sections.items()}
    nav = tag("nav", *(tag("a", title, href=f"#{anchor}")
                       for anchor, (title, part) in built.items() if part),
              aria_label="Parts of this report")
    body = tag("body", tag("header", *_head(report, links), nav),
               tag("main", *(part for _, part in built.values())))
    page = _page(report.exercise.title, body)
    return tamed(page).encode("ascii", "xmlcharrefreplace").decode("ascii")


def _page(title: str, body: Html) -> str:
    """Return a whole page around its body."""
    css = Path(__file__).with_name("page.css").read_text("utf-8")
    digest = b64encode(sha256(css.encode()).digest()).decode()
    policy = (f"default-src 'none'; style-src 'sha256-{digest}'; "
              "base-uri 'none'; form-action 'none'")
    return joined([
        Html("<!doctype html>\n"), Html('<html lang="en"><head>'),
        Html('<meta charset="utf-8">'),
        Html(f'<meta http-equiv="Content-Security-Policy" '
             f'content="{policy}">'),
        Html('<meta name="viewport" content="width=device-width">'),
        Html('<meta name="color-scheme" content="light dark">'),
        tag("title", f"Winnow: {title}"), Html(f"<style>{css}</style>"),
        Html("</head>"), body, Html("</html>\n")])


def _head(report: Report, links: Links) -> Iterator[Html]:
    """Yield what was checked, what holds and what not, and what is next."""
    yield tag("h1", report.exercise.title)
    yield tag("p", ", ".join(report.files), class_="quiet")
    yield tag("ul", *(
        tag("li", tag("span", "✓" if holds else "✗", class_="sign",
                      role="img", aria_label="holds" if holds else "does not"),
            " ", text, class_="good" if holds else "bad")
        for holds, text in wording.summary(report)), class_="summary")
    for sentence in matrix.sentences(report):
        yield tag("p", sentence)
    if enough := matrix.enough(report):
        yield unfolded(f"{matrix.smaller(report)}.", links.to_tests(enough))
    yield tag("p", wording.next_step(report), class_="next")


def _test(test: str, outcome: Outcome, report: Report, links: Links) -> Html:
    """Return one test: how it ended, what it executes and catches."""
    colour = {"passed": "good", "skipped": "quiet"}.get(outcome.status, "bad")
    parts = [badge(colour, outcome.status)]
    names, crossed = report.executes.get(test, ((), False))
    if outcome.status == "passed" and report.exercise.knows_kinds:
        parts += [badge("quiet", "integration" if crossed else "unit")]
    parts += [tag("h3", test)]
    if outcome.status != "passed":
        parts += [tag("pre", wording.reason(outcome))]
    if coaching := report.coaching.get(test):
        parts += [tag("p", spoken(coaching), class_="next")]
    if outcome.status == "passed":
        executes = [tag("li", tag("code", name)) for name in names]
        parts += [_folded(len(executes), "Executes", "function",
                          tag("ul", *executes, class_="links"))]
        catches = report.catches(test)
        parts += [_folded(len(catches), "Catches", "fault",
                          links.to_faults(catches))]
    return tag("article", *parts, id=links.test(test), tabindex="-1")


def _folded(number: int, verb: str, thing: str, inside: Html) -> Html:
    """Return a list behind its count; of none, the count alone."""
    if not number:
        return tag("p", f"{verb} no {thing}.", class_="quiet")
    return unfolded(f"{verb} {wording.count(number, thing)}", inside)


def _problems(report: Report) -> Iterator[Html]:
    """Yield what is to be mended besides, with what to write instead."""
    for each in report.problems:
        where = wording.where(each)
        yield tag("article", badge("bad", each.kind),
                  tag("h3", spoken(wording.said(each))),
                  *([tag("p", spoken(each.advice), class_="next")]
                    if each.advice else []),
                  *([tag("p", where, class_="quiet")] if where else []))


def _missed(report: Report, links: Links) -> Iterator[Html]:
    """Yield the faults missed; help unfolds, for who wants to try first."""
    for number, each in enumerate(report.missed, 1):
        hint = wording.hint(report, each)
        if each.fault.hint and hint == each.fault.hint:
            helps = unfolded("A hint", tag("p", spoken(hint)))
        else:
            helps = tag("p", hint) if hint else Html()
        change = _difference(each.fault, report)
        if each.fault.hint:
            change = unfolded("What is changed", change)
        yield _fault(each, report, links, f"{number}. ", "bad", helps, change)


def _caught(report: Report, links: Links) -> Iterator[Html]:
    """Yield the faults caught, and by which tests."""
    for each in report.faults:
        if each.outcome == "caught":
            yield _fault(
                each, report, links, "", "good",
                tag("p", "It was noticed by an error alone, and by no "
                    "assertion.", class_="quiet")
                if each.how == "error" else Html(),
                unfolded("What is changed", _difference(each.fault, report)),
                _folded(len(each.caught_by), "Caught by", "test",
                        links.to_tests(each.caught_by)))


def _fault(each: FaultVerdict, report: Report, links: Links, number: str,
           colour: str, *content: Html) -> Html:
    """Return one fault: what it breaks, its name and place, and the rest."""
    fault = each.fault
    place = wording.place(report.exercise.file_of(fault.module), each.line)
    return tag(
        "article", badge(colour, each.outcome), badge("quiet", fault.level),
        tag("h3", spoken(number + fault.breaks)),
        tag("p", tag("code", fault.name), f" · {place}", class_="quiet"),
        *content, id=links.fault(fault.name), tabindex="-1")


def _difference(edit: Edit, report: Report) -> Html:
    """Return the lines that an edit changes, in colour and behind a sign."""
    lines = wording.difference(edit, report.exercise.sources[edit.module])
    return tag("pre", *(
        tag("del" if line[0] == "-" else "ins", line + "\n")
        for line in lines), class_="diff")


def _refactorings(report: Report, links: Links) -> Iterator[Html]:
    """Yield the correct changes, those first that break a test."""
    if not report.valid:
        return
    for each in sorted(report.refactorings, key=lambda each: not each.broken):
        edit = each.refactoring
        broken = [tag("p", wording.knows_too_much(
            wording.count(len(each.broken), "test"))),
            links.to_tests(each.broken)] if each.broken else []
        yield tag("article", badge("bad" if broken else "good",
                                   "broken" if broken else "tolerated"),
                  tag("h3", spoken(edit.keeps)),
                  tag("p", tag("code", edit.name), class_="quiet"), *broken,
                  unfolded("What is changed", _difference(edit, report)))


def _rules(report: Report) -> Iterator[Html]:
    """Yield a table of the places that break a rule of the course."""
    if not report.rules:
        return
    head = tag("tr", *(tag("th", title, scope="col")
                       for title in ("where", "rule", "what to do")))
    rows = (tag("tr", tag("td", wording.place(each.file, each.line)),
                tag("td", tag("code", each.rule)), tag("td", each.message))
            for each in report.rules)
    yield tag("div", tag("table", tag("thead", head), tag("tbody", *rows)),
              class_="box", tabindex="0", role="region",
              aria_label="Places that break a rule")
