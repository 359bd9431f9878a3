"""All that the lessons show is executed, and all that they name is there.

- each block runs, its tests too, and prints what the page says it prints
- each exercise's start misses what the page says, its solution does not
- each name in backticks stands for something, each link leads somewhere
- each fault and each confusion has a lesson, each lesson a place on the map
- what is not executed is marked as such, and a reason is given

`python -m lessons.proof 03` tries one page, and prints the counts.
"""
import unittest
from functools import lru_cache
from pathlib import Path
from typing import Dict

import pytest
from parameterized import parameterized

from lessons import proof
from lessons.engine import links, names
from lessons.engine.pages import lessons, read
from lessons.engine.player import Played
from winnow.course import pages as course

PAGES = [(path.stem, path) for path in lessons()]
# Of these the exercises take as long as all others together.
LARGE = [(each.path.stem, each.path) for each in course.lessons()
         if each.exercise.name == "registration"]


@lru_cache(maxsize=None)
def played() -> Dict[str, Played]:
    """Return what came of each page, all of them executed together."""
    return {each.page: each for each in proof.played(
        [path for name, path in PAGES if (name, path) not in LARGE],
        shown=[path for _, path in LARGE])}


@lru_cache(maxsize=None)
def proved() -> Dict[str, Played]:
    """Return what came of the exercises that take long."""
    return {each.page: each for each in proof.played(
        [], exercises=[path for _, path in LARGE])}


class TestPages(unittest.TestCase):
    """Each page by itself."""

    @parameterized.expand(PAGES)
    def test_what_it_shows_happens(self, _name: str, path: Path) -> None:
        """Every block runs, prints what is shown, and proves its claim."""
        complaints = proof.complaints(played()[path.name])

        self.assertEqual(complaints, [], "\n" + "\n".join(complaints))

    @parameterized.expand(PAGES)
    def test_what_it_names_is_there(self, _name: str, path: Path) -> None:
        """Names, links and anchors; and its form is one that can be read."""
        findings = [str(each) for each in proof.read_off(path)]

        self.assertEqual(findings, [], "\n" + "\n".join(findings))

    @parameterized.expand(PAGES)
    def test_no_block_is_left_out_unseen(
            self, _name: str, path: Path) -> None:
        """Each is executed, shows an output, or is left with a reason."""
        result = played()[path.name]
        page = read(path)

        shown = sum(block.language == "text" and block.reason is None
                    for block in page.blocks)
        data = sum(block.language in ("json", "toml") and
                   block.reason is None for block in page.blocks)
        left = sum(block.reason is not None for block in page.blocks)

        self.assertEqual(result.executed + shown + data + left,
                         len(page.blocks))
        self.assertEqual([line for line, why in result.left if not why], [])


@pytest.mark.slow
class TestLargeExercises(unittest.TestCase):
    """The exercises of pages about databases, queues and APIs."""

    @parameterized.expand(LARGE)
    def test_what_it_promises_holds(self, _name: str, path: Path) -> None:
        """The start misses what the page says, the solution does not."""
        complaints = proof.complaints(proved()[path.name])

        self.assertEqual(complaints, [], "\n" + "\n".join(complaints))


class TestCourse(unittest.TestCase):
    """The pages together."""

    def test_every_fault_and_every_confusion_has_its_lesson(self) -> None:
        """What the checker finds, a page explains."""
        lost = [str(each) for each in links.lost_lessons()]

        self.assertEqual(lost, [], "\n" + "\n".join(lost))

    def test_every_lesson_is_on_the_map_and_its_questions_are_asked(
            self) -> None:
        """Whoever is in a hurry finds them, too."""
        unlisted = [str(each) for each in links.unlisted()]

        self.assertEqual(unlisted, [], "\n" + "\n".join(unlisted))

    def test_every_exception_is_needed_and_has_a_reason(self) -> None:
        """No name is let through that no page names any more."""
        written = {(path.name, name) for _, path in PAGES
                   for _, name in read(path).names}
        needless = [
            name for _, path in PAGES
            for name in names.exceptions(path.name)
            if not any(each == name for _, each in written)]
        reasons = [reason for _, path in PAGES
                   for reason in names.exceptions(path.name).values()]

        self.assertEqual(needless, [])
        self.assertTrue(all(reason.endswith(".") for reason in reasons))


if __name__ == "__main__":
    unittest.main()
