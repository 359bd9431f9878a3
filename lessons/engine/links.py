"""Where pages lead: links, and the lessons that faults and confusions name.

What stands outside of the project is not fetched: such a link has to be well
formed, and is counted.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lessons.engine.pages import (
    FOLDER,
    ROOT,
    Finding,
    Page,
    anchor_of,
    read,
)
from winnow.checking.coaching import TABLE, confusions
from winnow.subjects.faults_toml import bundled, load

_QUESTIONS = re.compile(r"^## Check yourself\n(.*)", re.MULTILINE | re.DOTALL)
_QUESTION = re.compile(r"^### (.+)$", re.MULTILINE)


def is_outside(link: str) -> bool:
    """Tell whether a link leads out of the project."""
    return bool(urlsplit(link).scheme)


def broken_links(page: Page) -> Iterator[Finding]:
    """Yield the links of a page that lead nowhere."""
    for line, link in page.links:
        said = _outside(link) if is_outside(link) else _inside(page, link)
        if said:
            yield page.finding(line, f"the link {link} {said}")


def _outside(link: str) -> str | None:
    """Return what is wrong with a link to another place."""
    parts = urlsplit(link)
    if parts.scheme not in ("http", "https"):
        return "is neither of http nor of https"
    if "." not in parts.netloc or set(link) & set(" <>\"'"):
        return "is not well formed"
    return None


def _inside(page: Page, link: str) -> str | None:
    """Return what is wrong with a link to a page or file of the project."""
    name, _, anchor = link.partition("#")
    path = (page.path.parent / unquote(name)).resolve() if name else page.path
    if not path.exists():
        return "leads to no file"
    if anchor and anchor not in _anchors(path):
        return "leads to no heading there"
    return None


@lru_cache(maxsize=None)
def _anchors(path: Path) -> frozenset[str]:
    """Return the anchors of a page."""
    return read(path).anchors


def lost_lessons(folder: Path = FOLDER, root: Path = ROOT
                 ) -> Iterator[Finding]:
    """Yield the faults and confusions whose lesson is not there.

    A fault's lesson has its name in backticks.
    """
    written = {path.stem: {name for _, name in read(path).names}
               for path in folder.glob("[0-9][0-9]_*.md")}
    for table, kind, name, lesson in _taught(root):
        if lesson is None:
            yield Finding(table, 0, f"{kind} {name} has no lesson")
        elif lesson not in written:
            yield Finding(table, 0, (
                f"{kind} {name}: there is no lesson {lesson}"))
        elif kind == "fault" and name not in written[lesson]:
            yield Finding(f"{lesson}.md", 0, f"it does not name {name}")


def unlisted(folder: Path = FOLDER) -> Iterator[Finding]:
    """Yield the lessons and their questions that no other page leads to."""
    mapped = {link for _, link in read(folder / "README.md").links}
    asked = (folder / "interview.md").read_text("utf-8")
    for path in sorted(folder.glob("[0-9][0-9]_*.md")):
        if path.name not in mapped:
            yield Finding("README.md", 0, f"the map leaves out {path.name}")
        text = path.read_text("utf-8")
        section = _QUESTIONS.search(text)
        for found in _QUESTION.finditer(
                text, section.start(1) if section else len(text)):
            link = f"[{found[1]}]({path.name}#{anchor_of(found[1])})"
            if link not in asked and f"### {found[1]}\n" not in asked:
                line = text.count("\n", 0, found.start()) + 1
                yield Finding(path.name, line, (
                    f"interview.md leaves out: {found[1]}"))


def _taught(root: Path) -> Iterator[tuple[str, str, str, str | None]]:
    """Yield what has a lesson: its table, its kind, its name, its lesson."""
    for exercise in map(load, bundled().values()):
        table = (exercise.folder / "faults.toml").relative_to(root)
        for fault in exercise.faults:
            yield str(table), "fault", fault.name, fault.lesson
    for row in confusions():
        yield TABLE.name, "confusion", row.name, row.lesson
