"""A report as Markdown and as a page of HTML.

- everything is shown, three faults at once in Markdown, hints folded in HTML
- nothing of a learner's becomes markup; no control character is left in it
- a page needs nothing else, and its links lead somewhere
"""
import base64
import hashlib
import re
import unicodedata
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.support.made_reports import (
    GOOD,
    HOSTILE,
    RED,
    ROW,
    each_report,
    full_report,
    made_report,
    shown,
)
from winnow.model.outcome import Outcome
from winnow.reports import FORMATS
from winnow.reports.html_report import spoken
from winnow.reports.markdown import block, plain
from winnow.reports.terminal import tamed


@pytest.mark.parametrize("text", [
    HOSTILE, "- a list", "1. a number", "2) too", "# a heading", "+ plus",
    "a | b", "__init__", "$x$", "~~gone~~", "&lt;", "= a line", "\\"])
def test_plain_text_is_no_markdown(text: str) -> None:
    """It is one line; every sign is escaped, and none is lost."""
    escaped = plain(text)

    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", escaped)
    assert not re.search(r"[\\`*_\[\]<>|#~&!$]|^[-+=]|^\d+[.)]|\n", bare)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped) == " ".join(
        text.split())


@pytest.mark.parametrize("text", [HOSTILE, "````\n", "a", "`"])
def test_a_block_is_not_closed_from_within(text: str) -> None:
    """Its fence is longer than any run of backticks in the text."""
    first, *inside, last = block(text).split("\n")

    assert "\n".join(inside) == text
    assert first == last and set(first) == {"`"}
    assert first not in text


def test_markdown_shows_three_faults_and_folds_the_rest() -> None:
    """All are there, in the order of the report; --all folds none.

    But it does fold those that may be equivalent.
    """
    text = shown("markdown", full_report())
    missed = text[text.index("### What your tests would miss"):]
    parts = re.split("<details><summary>(.*)</summary>\n\n", missed)

    assert [re.findall(r"\*\*(\d+)\\\. ", part) for part in parts[:5:2]] == [
        ["1", "2", "3"], ["4", "5", "6"], ["7"]]
    assert parts[1:5:2] == ["3 more faults missed",
                            "1 more may be equivalent to your code"]
    assert "It may be equivalent: it is a size." in parts[4]
    everything = shown("markdown", full_report(), True)
    assert "more fault" not in everything
    assert "<details><summary>1 more may be equivalent" in everything


def test_markdown_has_a_line_of_each_kind() -> None:
    """Counts, coaching, advice, rules, notes and what is next."""
    text = shown("markdown", full_report())

    for words in ("| **no** | 2 of 5 tests pass on the right modules, 1 sk",
                  f"You may believe {plain(HOSTILE)}", "**" + plain(RED),
                  block(HOSTILE), "tries to reach api.github.com:443",
                  f"- It catches none. ({plain(GOOD)})\n",
                  f"- {plain(HOSTILE)} Write {plain(HOSTILE)} "
                  r"(test\_scales.py, line 7)",
                  "| " + r"test\_scales.py, line 1 | shebang | ",
                  "The same mean", f"\n- Know {plain(HOSTILE)}\n",
                  "\n\nNext: "):
        assert tamed(words) in text
    assert "<script" not in re.sub(r"(`{3,})\n.*?\1\n", "", text,
                                   flags=re.DOTALL).replace(r"\<", "")


@pytest.mark.parametrize("form", FORMATS)
def test_no_form_holds_what_would_move_a_cursor(form: str) -> None:
    """Nor what no page may hold: a reader may print any of them."""
    text = shown(form, full_report())

    assert "alert" in text
    assert [each for each in text
            if unicodedata.category(each) == "Cc" and each != "\n"] == []


def cells(line: str) -> list[str]:
    """Return what stands between the bars of a table's row."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_the_table_in_markdown_is_the_kill_matrix() -> None:
    """A row is a valid test, a column a fault that was caught."""
    lines = shown("markdown", full_report()).splitlines()
    begin = lines.index("| test | 1 | 2 |")

    assert [cells(line) for line in lines[begin + 2:begin + 4]] == [
        [plain(GOOD), "x", ""], [plain(ROW), "x", "x"]]
    assert lines[begin + 4:begin + 7] == [
        "", "1. zero-is-zero", "2. degrees-too-small"]
    assert "| test |" not in shown(
        "markdown", replace(full_report(), is_complete=False))


def test_a_long_markdown_stays_within_githubs_limit() -> None:
    """GitHub takes a mebibyte: what is left out is counted."""
    report = made_report()
    many = replace(report, faults=report.faults * 500)

    text = shown("markdown", many)

    assert len(text.encode()) < 2**20
    left = len(many.faults) - 500
    assert f"{left} more faults missed: --all shows them." in text


class Page(HTMLParser):
    """Reads a page: its elements, its anchors and what is to be read."""

    VOID = {"meta"}

    def __init__(self, text: str) -> None:
        """Read all of it, and hold that each element is closed."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Hold that the innermost element ends."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note a text, and the cell in which it stands."""
        self.texts.append(data)
        if {"td", "th"} & set(self._open):
            self.rows[-1][-1] += data

    def of(self, key: str) -> list[str]:
        """Return the values of an attribute, in their order."""
        return [attributes[key] for _, attributes in self.elements
                if key in attributes]


@each_report
def test_a_page_holds_no_markup_of_a_learners(made: Any) -> None:
    """What is hostile is text, and nothing is loaded or run."""
    page = Page(shown("html", made()))

    assert {tag for tag, _ in page.elements} <= set(
        "html head meta title style body header main nav section article div "
        "h1 h2 h3 p a ul li pre code del ins span b details summary "
        "table thead tbody tr th td".split())
    assert {key for _, attributes in page.elements for key in attributes} <= {
        "lang", "charset", "http-equiv", "content", "name", "class", "id",
        "href", "title", "role", "scope", "tabindex", "aria-label"}
    assert all(re.fullmatch(r"#[a-z0-9-]+", href) for href in page.of("href"))


def test_a_page_shows_hostile_words_as_they_are() -> None:
    """In titles, messages, coaching, problems, rules and notes."""
    page = Page(shown("html", full_report()))
    told = [text for text in page.texts if "<script>" in text]

    # The parser drops what no page may hold, and changes what else it must.
    assert all("<script>alert(\"1\")</script> & ' `x`" in text
               for text in told)
    for words in ("You may believe ", "Write ", "Mend ", "Know "):
        assert [text.startswith(words) for text in told].count(True) == 1
    assert len(told) >= 9
    assert '"><b>unseen' in page.of("title")


@each_report
def test_a_page_is_linked_both_ways(made: Any) -> None:
    """Each link leads somewhere, and no two places share an anchor."""
    page = Page(shown("html", made()))
    anchors = page.of("id")

    assert len(anchors) == len(set(anchors))
    assert {href[1:] for href in page.of("href")} <= set(anchors)


def test_the_table_in_a_page_is_the_kill_matrix() -> None:
    """Rows are valid tests, columns all faults; a letter says what is so."""
    page = Page(shown("html", full_report()))
    head, outcomes, *rows = page.rows[:4]

    assert head == ["test", *map(str, range(1, 10))]
    assert outcomes == ["outcome", *"CCMHXUMMM"]
    assert rows == [[GOOD, "C", *[""] * 8], [ROW, "C", "C", *[""] * 7]]
    scopes = [attributes.get("scope") for tag, attributes in page.elements
              if tag == "th"]
    assert None not in scopes and scopes.count("row") == 3


def test_a_hint_is_folded_for_who_wants_to_try_first() -> None:
    """What is seen at once is what the fault breaks."""
    html = shown("html", full_report())

    assert ("<details><summary>A hint</summary><p>What is the mean of no "
            "readings?</p></details>") in html
    assert "<details open" not in html


def test_the_policy_of_a_page_allows_its_own_style_alone() -> None:
    """A browser runs no script and loads nothing, whatever slips in."""
    html = shown("html", full_report())
    style, = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest())
    policy = dict(zip(Page(html).of("http-equiv"), re.findall(
        'http-equiv="[^"]*" content="([^"]*)"', html)))

    assert policy == {"Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{digest.decode()}'; "
        "base-uri 'none'; form-action 'none'")}
    assert "url(" not in style and "@import" not in style


@pytest.mark.parametrize(("text", "expected"), [
    ("Write `a < b`.", "Write <code>a &lt; b</code>."),
    ("`x`", "<code>x</code>"),
    ("<b> and `c", "&lt;b&gt; and `c"),
    ("no code", "no code"),
])
def test_what_stands_in_backticks_is_code(text: str, expected: str) -> None:
    """Unless one is left over: then it is somebody else's."""
    assert re.sub(r"<(code)></\1>", "", spoken(text)) == expected


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_the_tests_that_are_enough_are_named(form: str) -> None:
    """On the page and in Markdown, where they are fewer than all."""
    report = full_report()
    two = replace(report, faults=tuple(
        replace(each, caught_by=(ROW,) if place else (GOOD,), outcome="caught")
        for place, each in enumerate(report.faults)))
    three = replace(two, tests={**two.tests, "t.test_idle": Outcome("passed")})

    assert "would catch as much as all" not in shown(form, two)
    assert "2 of the tests would catch as much as all 3." in shown(form, three)
