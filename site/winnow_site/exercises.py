"""The exercise of a lesson, as an element of its page.

Without JavaScript the element shows what is in it: the files to begin with.
"""
import json
import re
from html import escape
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from winnow_build.packages import LIBRARIES

from winnow.cli.scaffold import files
from winnow.course.pages import Lesson, lessons
from winnow.model.exercise import Exercise
from winnow.subjects.faults_toml import bundled, load
from winnow.subjects.requirements import imported_by

from .reading import is_mark, raw

START = re.compile(r"<!-- start\b")
# What "Try your own" shows to begin with.
OWN = {
    "test_scales.py": '''\
from scales import celsius, mean


def test_freezing():
    assert celsius(32) == 0


def test_mean_of_two():
    assert mean([1, 3]) == 2
''',
    "scales.py": '''\
"""Temperatures."""


def celsius(fahrenheit):
    """Return degrees Fahrenheit as degrees Celsius."""
    return (fahrenheit - 32) * 5 / 9


def mean(readings):
    """Return the mean of readings."""
    if not readings:
        raise ValueError("no reading")
    return sum(readings) / len(readings)
'''}


class Exercises(SphinxTransform):
    """Puts the element around the blocks that an exercise begins with."""

    default_priority = 7

    def apply(self, **kwargs: Any) -> None:
        """Change one page, if it is a lesson's with an exercise."""
        lesson = next((each for each in lessons() if self.env.docname
                       == f"lessons/{each.path.stem}"), None)
        if self.app.tags.has("book") or lesson is None or not lesson.start:
            return
        marks = [node for node in self.document.findall(is_mark)
                 if START.match(node.astext().strip())]
        blocks = [mark.next_node(nodes.literal_block, descend=False,
                                 siblings=True) for mark in marks]
        first = marks[0]
        place = first.parent.index(first)
        first.parent[place:place] = [
            raw(opening(lesson)), *(block.deepcopy() for block in blocks),
            raw("</winnow-exercise>")]
        for node in (*marks, *blocks):
            node.parent.remove(node)


def opening(lesson: Lesson, report: str = "") -> str:
    """Return how the element of a lesson begins, with a report if given."""
    exercise = lesson.exercise
    needs = {"machine": exercise.install} if lacking(exercise) else {}
    return element({"lesson": str(lesson.number), "name": lesson.name,
                    "exercise": exercise.name, **needs}, lesson.start,
                   report)


def lacking(exercise: Exercise) -> set[str]:
    """Return the libraries of an exercise that no page has."""
    imported = {name for module in exercise.sources
                for name in imported_by(exercise, module)}
    return {name for name in exercise.libraries if name in imported} - {
        name.replace("-", "_") for name in LIBRARIES}


def element(attributes: dict[str, str], start: dict[str, str],
            report: str = "") -> str:
    """Return how an element begins: its attributes, and its files as data."""
    given = "".join(f' {key}="{escape(value)}"'
                    for key, value in attributes.items())
    data = json.dumps({"files": start, "report": report}).replace(
        "<", "\\u003c")
    return (f"<winnow-exercise{given}>"
            f'<script type="application/json">{data}</script>')


class OwnExercise(Directive):
    """The element for modules of your own."""

    def run(self) -> list[nodes.Node]:
        """Return the element, with an example in it."""
        shown = [nodes.literal_block(text, text, language="python")
                 for text in OWN.values()]
        return [raw(element({"own": ""}, OWN)), *shown,
                raw("</winnow-exercise>")]


class WholeExercise(Directive):
    """The element for the suites of the exercise that is named."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the element, with the files that `winnow start` makes."""
        [name] = self.arguments
        start = {file: text.decode() for file, text in files(
            load(bundled()[name])).items() if file.startswith("test_")}
        shown = [nodes.literal_block(text, text, language="python")
                 for text in start.values()]
        return [raw(element({"name": name, "exercise": name}, start)),
                *shown, raw("</winnow-exercise>")]


class Progress(Directive):
    """The element that shows what is done, and exports it."""

    def run(self) -> list[nodes.Node]:
        """Return the element, with what to read without JavaScript."""
        return [raw("<winnow-progress>Your browser runs no JavaScript here: "
                    "nothing is kept.</winnow-progress>")]


def setup(app: Sphinx) -> None:
    """Add each kind of exercise, and the list of what is done."""
    app.add_directive("progress", Progress)
    app.add_transform(Exercises)
    app.add_directive("own-exercise", OwnExercise)
    app.add_directive("whole-exercise", WholeExercise)
