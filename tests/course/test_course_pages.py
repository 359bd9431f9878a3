"""What the pages of the course say of themselves and of each other is so.

- what leads from page to page is written by a program, and is up to date
- a page names its own lesson in the commands that it shows
- each figure on public suites is in the table of figures
"""
import re

import pytest

from lessons.engine.navigation import README, of_readme, text_of
from lessons.engine.pages import FOLDER, ROOT
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


def test_the_map_says_how_long_reading_takes() -> None:
    """From the shortest lesson to the longest."""
    text = README.read_text("utf-8")

    assert of_readme(text, LESSONS) == text
    assert f"a course of {len(LESSONS)} short lessons" in (
        ROOT / "README.md").read_text("utf-8")


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
