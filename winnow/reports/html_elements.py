"""Pieces of HTML that hold no markup but their own, and links among them."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape

from winnow.model.report import Report


class Html(str):
    """Text that is markup already; any other text is still to be escaped."""


def joined(parts: Iterable[str], between: str = "") -> Html:
    """Return parts in a row, with all that is no markup escaped."""
    return Html(escape(between).join(
        part if isinstance(part, Html) else escape(part) for part in parts))


def tag(name: str, *content: str, **attributes: str) -> Html:
    """Return an element; `class_` and the like stand for reserved words."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items())
    return Html(f"<{name}{written}>{joined(content)}</{name}>")


def spoken(text: str) -> Html:
    """Return a sentence of ours, with what stands in backticks as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # One of them is the learner's own.
        return Html(escape(text))
    return joined(tag("code", part) if place % 2 else part
                  for place, part in enumerate(parts))


def section(anchor: str, title: str, content: Iterable[str]) -> Html:
    """Return a part of a page under its heading; nothing where it is empty."""
    inside = joined(content)
    return tag("section", tag("h2", title), inside, id=anchor) if inside else (
        Html())


def unfolded(summary: str, *content: str) -> Html:
    """Return what is shown when it is asked for, without any script."""
    return tag("details", tag("summary", summary), *content)


def badge(kind: str, text: str) -> Html:
    """Return a word in a colour: good, bad or quiet."""
    return tag("span", text, class_=f"badge {kind}")


@dataclass(frozen=True)
class Links:
    """Where each test and each fault of a report stands in its page.

    Anchors are numbers, so that no name has to be fit for one.
    """

    report: Report
    _tests: dict[str, str] = field(init=False)
    _faults: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Number the tests and the faults."""
        tests = enumerate(self.report.tests, 1)
        faults = enumerate(self.report.faults, 1)
        object.__setattr__(
            self, "_tests", {name: f"test-{number}"
                             for number, name in tests})
        object.__setattr__(
            self, "_faults", {each.fault.name: f"fault-{number}"
                              for number, each in faults})

    def test(self, name: str) -> str:
        """Return the anchor of a test."""
        return self._tests[name]

    def fault(self, name: str) -> str:
        """Return the anchor of a fault."""
        return self._faults[name]

    def to_tests(self, names: Iterable[str]) -> Html:
        """Return a list of links to tests."""
        return _list(names, self._tests)

    def to_faults(self, names: Iterable[str]) -> Html:
        """Return a list of links to faults."""
        return _list(names, self._faults)


def _list(names: Iterable[str], anchors: dict[str, str]) -> Html:
    """Return a list of names that lead to their anchors."""
    return tag("ul", *(tag("li", tag("a", name, href=f"#{anchors[name]}"))
                       for name in names), class_="links")
