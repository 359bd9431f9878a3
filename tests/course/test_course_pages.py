"""What the pages of the course say of themselves and of each other is so.

- what leads from page to page is written by a program, and is up to date
- a page names its own lesson in the commands that it shows
- each figure on public suites is in the table of figures
"""
import re
from dataclasses import replace
from pathlib import Path

import pytest

from lessons.engine.links import broken_links
from lessons.engine.navigation import README, of_readme, text_of
from lessons.engine.pages import FOLDER, ROOT, anchor_of, read
from winnow.course.pages import Lesson, lessons

LESSONS = lessons()
_COMMAND = re.compile(r"--lesson (\d+)")
# Of all that a paragraph says, what was counted.
_FIGURE = re.compile(r"(?<![\w.`/-])\d[\d,]*(?![\w`])")
_ELSE = re.compile(r"`[^`]*`|\]\([^)]*\)|lesson \d+|(\d+ to )?\d+\s%")


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda each: each.name)
def test_what_leads_to_other_pages_is_up_to_date(lesson: Lesson) -> None:
    """`python -m lessons.engine.navigation` would change nothing."""
    assert text_of(lesson, LESSONS) == lesson.text
    assert lesson.text.endswith("All lessons are on [the map](README.md).\n")


def test_a_new_page_gets_what_leads_on() -> None:
    """Its writer begins with the heading and ends with the last question."""
    lesson = LESSONS[1]
    heading, _, rest = lesson.text.partition("\n\n**Reading:**")
    body = rest.partition("\n\n")[2].rpartition("\n\nNext: ")[0]

    new = replace(lesson, text=f"{heading}\n\n{body}\n")

    assert "Next: " not in new.text and "**Reading:**" not in new.text
    assert text_of(new, [LESSONS[0], new, *LESSONS[2:]]) == lesson.text


def test_the_map_says_how_long_reading_takes() -> None:
    """From the shortest lesson to the longest."""
    text = README.read_text("utf-8")

    assert of_readme(text, LESSONS) == text
    assert f"a course of {len(LESSONS)} short lessons" in (
        ROOT / "README.md").read_text("utf-8")


def test_the_map_has_the_lessons_in_the_order_of_reading() -> None:
    """With the number and the title of each, once."""
    rows = re.findall(r"^\| [^|]* \| \[(\d+)\. ([^]]*)\]\((\S+)\) \|$",
                      README.read_text("utf-8"), re.MULTILINE)

    assert [(int(number), page) for number, _, page in rows] == [
        (each.number, each.path.name) for each in LESSONS]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda each: each.name)
def test_a_page_shows_the_commands_of_its_own_lesson(lesson: Lesson) -> None:
    """And there is one such command."""
    assert {*_COMMAND.findall(lesson.text)} == {str(lesson.number)}


def test_each_figure_on_public_suites_is_in_the_table() -> None:
    """In the row of its lesson, and no row is of a page without one."""
    rows = dict(re.findall(r"^\| \[(\d+)\]\(\S+\) \| (.*) \|$",
                           (FOLDER / "figures.md").read_text("utf-8"),
                           re.MULTILINE))
    quoted = {}
    for lesson in LESSONS:
        said = [each for each in lesson.text.split("\n\n") if re.search(
            r"public\s+suites|of the 112", each)]
        figures = {each for paragraph in said
                   for each in _FIGURE.findall(_ELSE.sub("", paragraph))}
        if said:
            quoted[str(lesson.number)] = figures - {"112"}

    assert {number for number in quoted if number not in rows} == set()
    for number, figures in quoted.items():
        assert {each for each in figures
                if each not in _FIGURE.findall(rows[number])} == set(), number


def section(path: Path, anchor: str) -> str:
    """Return the text below a heading, down to the next of its level."""
    text = path.read_text("utf-8")
    for found in re.finditer(r"^(##+) (.+)$", text, re.MULTILINE):
        if anchor_of(found[2]) == anchor:
            end = re.compile(rf"^#{{2,{len(found[1])}}} ", re.MULTILINE
                             ).search(text, found.end())
            return text[found.start():end.start() if end else len(text)]
    return ""


def test_each_topic_leads_to_a_heading_that_is_there() -> None:
    """And a section there has the names of tools that the row has."""
    page = read(ROOT / "docs" / "topics.md")
    rows = [line for line in page.path.read_text("utf-8").splitlines()
            if line.startswith("| ") and line != "| idea | where |"]

    assert [str(each) for each in broken_links(page)] == []
    assert len(rows) > 50
    for row in rows:
        idea = row.split(" | ")[0]
        sections = "".join(
            section(page.path.parent / link.partition("#")[0],
                    link.partition("#")[2])
            for link in re.findall(r"\]\(([^)]*)\)", row))
        names = re.findall(
            r"`([^`]*)`|\b(\w*[A-Z]\w*|httpx|requests|axios|pytest)\b", idea)
        for code, name in names:
            assert (code or name) in sections, (idea, code or name)
