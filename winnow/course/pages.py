"""The lessons, read off their pages: what is begun with, hints, solutions.

A page is the only source of its exercise. It is read line by line and not by
a parser of Markdown, which a wheel would need for this alone: the form of
each page is held by the course's own tests, and so is that both find the same
blocks.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from winnow import ABOVE, PACKAGE
from winnow.model.errors import CannotDo
from winnow.model.exercise import Exercise
from winnow.subjects.faults_toml import bundled, load

# What a suite may be said to do before the exercise is done.
CLAIMS = ("misses", "breaks", "shows", "believes")
# A reader's speed: prose, and lines of code that are to be understood.
WORDS_A_MINUTE, LINES_A_MINUTE = 200, 25
# What a block is saved as that names no file.
UNNAMED = "test_lesson.py"
_PAGE = re.compile(r"(\d+)_(\w+)\.md")
_MARKED = re.compile(
    r"^<!-- (start|solution|wrong try)(?::\s*([^>]*?))?\s*-->\n"
    r"```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCED = re.compile(r"^```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FOLD = re.compile(r"^<details><summary>(.*?)</summary>\n(.*?)^</details>$",
                   re.MULTILINE | re.DOTALL)
_YOUR_TURN = re.compile(r"^## Your turn\n(.*?)(?=^## |\Z)",
                        re.MULTILINE | re.DOTALL)
_NEEDS = re.compile(r"^<!-- needs: ([^>]*?)\s*-->$", re.MULTILINE)
_FILE = re.compile(r"# ([\w/]+\.py)")
_QUESTION = re.compile(r"^### ([^\n]+)\n\n<details><summary>[^\n]*\n"
                       r"(.*?)^</details>$", re.MULTILINE | re.DOTALL)
# What a page says for those who do not have the folder yet.
_SET_UP = re.compile(r"^`winnow start --lesson \d+`[^\n]*(?:\n[^\n]+)*\n",
                     re.MULTILINE)


class NoLesson(CannotDo):
    """Why there is no such lesson, in one sentence."""


@dataclass(frozen=True)
class Try:
    """A wrong try that a page names: its files, and what is said of it."""

    files: Mapping[str, str]
    claims: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Lesson:
    """A lesson: its number, its name without it, its page and the text."""

    number: int
    name: str
    path: Path
    text: str

    @cached_property
    def title(self) -> str:
        """The heading, without the number."""
        return self.text.partition("\n")[0].partition(". ")[2]

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The names of the lessons to be read before this one."""
        found = _NEEDS.search(self.text)
        return tuple(found[1].replace(",", " ").split()) if found else ()

    @cached_property
    def minutes(self) -> int:
        """How long reading takes, in minutes, without the exercise.

        The files to begin with, the wrong tries and the solution are a part
        of the exercise: nobody reads them on the way to it.
        """
        text = _YOUR_TURN.sub("", self.text)
        code = sum(block.count("\n") for block in _FENCED.findall(text))
        words = len(_FENCED.sub("", text).split())
        return int(words / WORDS_A_MINUTE + code / LINES_A_MINUTE + .5)

    @cached_property
    def claims(self) -> dict[str, tuple[str, ...]]:
        """What is true of the suite to begin with, by the kind of claim."""
        return claims_of(said for kind, said, _ in _marked(self.text)
                         if kind == "start")

    @cached_property
    def start(self) -> dict[str, str]:
        """The files to begin with; none where the page has no exercise."""
        return _files(self.text, "start")

    @cached_property
    def solution(self) -> dict[str, str]:
        """The files of the solution."""
        return _files(self.text, "solution")

    @cached_property
    def tries(self) -> tuple[Try, ...]:
        """The wrong tries that the page names, in their order.

        Each changes one of the files to begin with.
        """
        return tuple(Try({file_of(code) or UNNAMED: code}, claims_of([said]))
                     for kind, said, code in _marked(self.text)
                     if kind == "wrong try")

    @cached_property
    def task(self) -> str:
        """What is asked for, in Markdown, without hints and solution."""
        return re.sub(r"\n{3,}", "\n\n", _SET_UP.sub("", _MARKED.sub(
            "", _FOLD.sub("", self._your_turn)))).strip()

    @cached_property
    def hints(self) -> tuple[str, ...]:
        """The hints of the page, from the first to the last."""
        return tuple(text.strip() for summary, text in
                     _FOLD.findall(self._your_turn) if "hint" in summary)

    @cached_property
    def explained(self) -> str:
        """The solution as the page shows it, with what it says of it."""
        return next((re.sub(r"^<!-- solution -->\n", "", text,
                            flags=re.MULTILINE).strip()
                     for summary, text in _FOLD.findall(self._your_turn)
                     if "solution" in summary), "")

    @cached_property
    def exercise(self) -> Exercise:
        """The exercise whose table has what is claimed."""
        wanted = {*self.claims.get("misses", ()),
                  *self.claims.get("breaks", ())}
        for exercise in map(load, bundled().values()):
            if wanted <= {edit.name for edit in (*exercise.faults,
                                                 *exercise.refactorings)}:
                return exercise
        raise NoLesson(f"{self.path}: no exercise has the faults that it "
                       "names.")

    @cached_property
    def questions(self) -> tuple[tuple[str, str], ...]:
        """The questions to check yourself, each with its answer."""
        _, _, asked = self.text.partition("\n## Check yourself\n")
        return tuple((text, answer.strip())
                     for text, answer in _QUESTION.findall(asked))

    @property
    def _your_turn(self) -> str:
        """The section that the exercise is in."""
        found = _YOUR_TURN.search(self.text)
        return found[1] if found else ""


def folder() -> Path:
    """Return where the pages are: beside the first exercise.

    That is at the top of a checkout, and within the package in a wheel.
    """
    inside = Path(ABOVE, PACKAGE, "bundled", "github")
    return (inside if inside.is_dir() else Path(ABOVE)) / "lessons"


def lessons() -> list[Lesson]:
    """Return the lessons in the order of their numbers, which is to be read.
    """
    return sorted((read(path) for path in folder().glob("*.md")
                   if _PAGE.fullmatch(path.name)),
                  key=lambda each: each.number)


def read(path: Path) -> Lesson:
    """Return the lesson of a page."""
    found = _PAGE.fullmatch(path.name)
    assert found
    return Lesson(int(found[1]), found[2], path,
                  path.read_text(encoding="utf-8"))


def lesson(wanted: str, among: Sequence[Lesson]) -> Lesson:
    """Return the lesson of a number or a name; or `NoLesson`."""
    text = wanted.strip().removesuffix(".md")
    for each in among:
        if text in (each.name, each.path.stem) or (
                text.isdecimal() and int(text) == each.number):
            return each
    names = [each.name for each in among]
    near = get_close_matches(re.sub(r"\W+|^\d+_", "_", text.lower())
                             .strip("_"), names, n=1)
    if near:
        helps = f"did you mean {_called(near[0], among)}?"
    elif among:
        numbers = [each.number for each in among]
        helps = f"there are {min(numbers)} to {max(numbers)}."
    else:
        helps = f"{folder()} has no page."
    raise NoLesson(f"There is no lesson {wanted}: {helps}")


def _called(name: str, among: Iterable[Lesson]) -> str:
    """Return a lesson's number with its title."""
    found = next(each for each in among if each.name == name)
    return f"{found.number} ({found.title})"


def claims_of(marks: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return what marks claim, each once, as in "misses A, B; shows C"."""
    claims: dict[str, dict[str, None]] = {}  # Two files may claim the same.
    for mark in marks:
        for part in filter(None, mark.split(";")):
            claim, _, names = part.strip().partition(" ")
            claims.setdefault(claim, {}).update(dict.fromkeys(
                name.strip() for name in names.split(",") if name.strip()))
    return {claim: tuple(names) for claim, names in claims.items()}


def file_of(code: str) -> str | None:
    """Return the name of a file in the first line of code, if it has one."""
    found = _FILE.fullmatch(code.partition("\n")[0].rstrip())
    return found[1] if found else None


def _marked(text: str) -> list[tuple[str, str, str]]:
    """Return each block of an exercise: its mark, what that says, its code."""
    return _MARKED.findall(text)


def _files(text: str, wanted: str) -> dict[str, str]:
    """Return the code of all blocks of one mark, by the names of files."""
    return {file_of(code) or UNNAMED: code
            for kind, _, code in _marked(text) if kind == wanted}
