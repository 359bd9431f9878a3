"""The front page: the first exercise, and where to go from it."""
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sphinx.application import Sphinx

from winnow.cli import in_page
from winnow.course.pages import Lesson, lessons

from . import exercises


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the front page."""
    if app.tags.has("book"):
        return
    every = lessons()
    first = next(each for each in every if each.number == 1)
    shown = "".join(app.builder.highlighter.highlight_block(text, "python")
                    for text in first.start.values())
    yield "index", {
        "title": "What would your tests miss?", "furo_hide_toc": True,
        "lessons": every, "first": first,
        "page_of_first": f"lessons/{first.path.stem}",
        "exercise": exercises.opening(first, report_of(first)) + shown
        + "</winnow-exercise>",
    }, "front.html"


def report_of(lesson: Lesson) -> str:
    """Return what Winnow says of the tests that a lesson begins with."""
    before = in_page.PLACE
    with TemporaryDirectory() as folder:
        in_page.PLACE = Path(folder)
        try:
            found = json.loads(in_page.answer("check", json.dumps(
                {"lesson": lesson.name, "files": lesson.start}),
                lambda words: None))
        finally:
            in_page.PLACE = before
    report: str = found["html"]
    return report


def setup(app: Sphinx) -> None:
    """Make the front page."""
    app.connect("html-collect-pages", pages)
