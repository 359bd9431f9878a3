"""Which questions are due again, by what was known of them before.

The times between grow as long as an answer is known, as in Leitner's boxes
("So lernt man lernen", 1972); one that is not known is due the next day.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from . import kept
from .pages import Lesson

# After so many days a question is due that was known once, twice, …
DAYS = (1, 3, 7, 16, 35, 90)
_SHAPE: dict[str, type] = {"questions": dict}


@dataclass(frozen=True)
class Question:
    """A question "Check yourself" of a lesson, and its answer, in Markdown."""

    lesson: Lesson
    text: str
    answer: str

    @property
    def key(self) -> str:
        """What it is kept under: another page may ask the same."""
        return f"{self.lesson.name}: {self.text}"


@dataclass(frozen=True)
class Asked:
    """When a question was asked last, and how often in a row it was known."""

    day: date
    known: int

    @property
    def due(self) -> date:
        """The day on which it is due again."""
        return self.day + timedelta(DAYS[min(self.known, len(DAYS)) - 1]
                                    if self.known else DAYS[0])


@dataclass(frozen=True)
class Recall:
    """What is kept of the questions, by their keys, and in which file."""

    file: Path
    asked: dict[str, Asked]

    def due(self, questions: Iterable[Question], today: date
            ) -> list[Question]:
        """Return those that are due: first those that were asked before.

        What was asked on a later day than today is due as well: the clock
        was put back, and nobody knows how long ago that was.
        """
        before = [each for each in questions if each.key in self.asked
                  and not self.asked[each.key].day <= today
                  < self.asked[each.key].due]
        new = [each for each in questions if each.key not in self.asked]
        return sorted(before, key=lambda each: self.asked[each.key].due) + new

    def later_than(self, today: date) -> list[str]:
        """Return the keys of what was asked on a later day than today."""
        return [key for key, each in self.asked.items() if each.day > today]

    def note(self, question: Question, knew: bool, today: date) -> None:
        """Keep whether an answer was known; raises `OSError`."""
        before = self.asked.get(question.key)
        self.asked[question.key] = Asked(
            today, (before.known if before else 0) + 1 if knew else 0)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        kept.write(self.file, {"questions": {
            key: {"asked": each.day.isoformat(), "known": each.known}
            for key, each in self.asked.items()}})

    def follow(self, questions: Sequence[Question]) -> None:
        """Keep what was known of questions that stand on another page now.

        A page that is split, or gets another name, takes them along. Only
        where one page alone asks a question is it the same as before.
        """
        keys = {each.key for each in questions}
        of_text: dict[str, list[str]] = {}
        for each in questions:
            of_text.setdefault(each.text, []).append(each.key)
        for key in [*self.asked]:
            now = of_text.get(key.partition(": ")[2], [])
            if key not in keys and len(now) == 1 and now[0] not in self.asked:
                self.asked[now[0]] = self.asked.pop(key)


def questions_of(lessons: Sequence[Lesson]) -> list[Question]:
    """Return the questions of lessons, in their order."""
    return [Question(lesson, text, answer) for lesson in lessons
            for text, answer in lesson.questions]


def recall() -> Recall:
    """Return what is kept on this machine; raises `BrokenState`."""
    file = kept.of_user().with_name("quiz.json")
    helps = "rename or delete it, and all questions are new."
    found = kept.read(file, _SHAPE, helps)
    asked = {}
    for key, value in (found["questions"] if found else {}).items():
        one = _asked(value)
        if one is None:
            raise kept.BrokenState(f"{file} is not as Winnow writes it, and "
                                   f"was left as it is: {helps}")
        asked[key] = one
    return Recall(file, asked)


def _asked(value: Any) -> Asked | None:
    """Return what a file says of one question; None where it makes no sense.
    """
    if not isinstance(value, Mapping):
        return None
    day, known = value.get("asked"), value.get("known")
    if not isinstance(day, str) or type(known) is not int or known < 0:
        return None
    try:
        return Asked(date.fromisoformat(day), known)
    except ValueError:
        return None
